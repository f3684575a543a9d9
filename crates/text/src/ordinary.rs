//! Ordinary English words that are titles too, or easily could be.

use std::{collections::HashSet, sync::LazyLock};

static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| ORDINARY.split_whitespace().collect());

/// Whether a word is an ordinary one, so that it needs a cue to be a title.
pub(crate) fn is_ordinary(word: &str) -> bool {
    WORDS.contains(word)
}

const ORDINARY: &str = "abduction abyss accepted accountant actor actors actress adaptation addicted adrift adventure affair agent ahead \
     aids airplane airport alert ambition amusement anger annihilation anniversary announcement apple approach area \
     argument arrival arrow article artifact artist asleep assassin assassins assault attic attitude audience \
     audition aunt author average awakening award background balance banana bananas band bandit bandits barely \
     bargain base baseball basic basis basketball bath battle battleship beach beaches bears beating bedroom beer \
     began begin beginner beginners belief bell belly belong beloved bend beneath bet bike bill birds birthday bit \
     bite biting bits bitter blade blades blame blast bleeding blink block blockers blow blows bodies bodyguard bold \
     bolt bomb bond bonus boom boot border boredom boring boss bother bottle bounce bound bow bowl bowling boyfriend \
     boyhood brave breathe breathing breathless breed brick bride brides bridge brief brilliant bronze bubble buck \
     buddy budget bug bugs building bullet bully bunch bunny burglar buried burning burnt bus bush butcher butler \
     butter button cab cabin cable cage cake calendar calling camera campaign campus cancel cancer candidate candle \
     candy cannibal cap capable capital captain captive capture career cargo carpet carrie carrier carriers carrying \
     cars cartoon cash casino castle casual casualties catching cause cave ceiling celebrate cell cellular center \
     central century certain chain chair challenge champ champion channel chaos chapter character characters charge \
     charm chaser cheat cheaters cheating checking cheek cheer cheese chef chess chest chew chief chips chocolate \
     choices choir choke choose chosen christmas chronic chronicle church cigarette cinema circle circus citizen \
     civil claim clapper classes classic classics claw clay cleaner clearly clerks clever click client cliff climb \
     clip closed closely closet closing cloth clothes cloud clouds clown clowns clubs clue clues coach coal coat \
     cocktail code coffee coffin coin collapse collar collateral collect collection collector colonel colors column \
     coma combat combination comedian comedians comedies comedy comfort comfortable comic commando comment commercial \
     commitment common community commuter companion company compare competition complete complex computer concept \
     concert conclusion condition conductor confess confession confidence conflict confused congress connection \
     conquest conscience consequences constant constitution contagion contest contract contracted conversation \
     conversations conviction cookie cookies cooking cooler cop cops copy copycat coral core corn corporate correct \
     cost costume cottage cotton counselor count counter couples courage courageous courier court cousin coward \
     cowboy cowboys crab crack cradle craft cramp crank crash crawl cream create creation creature creatures credit \
     creed creep creeper creepy crew cricket criminal criminals crisis critic critters crossing crossroads crow crowd \
     crown crude cruel cruise crush crying crystal cube cult culture cup cure curiosity curious current curse curtain \
     customer cute cutting cycle daddy damage dancer dancers dancing dare darkness darling dash data dating dawn \
     daylight deadline deadly deaf dealer dealing debt decade deception decide decision deeply deer default defeat \
     defense defiance degree delay delicious delight delivery demand demon demons denial dense dentist depart \
     departed departure depressed depressing depth deranged descendants descent desert deserve design desire desk \
     desperate despite destiny destroy destruction detail details detective detention determined devil devotion \
     diamond diamonds diary dictator diet difference difficult dig digital dilemma dinosaur dinosaurs direct \
     direction director directors disappear disaster discover discovery discussion disease disgrace dish displaced \
     distance distant district dive divide division divorce dock documentary doll dollar dolls domestic doom dope \
     dose double doubles dove downfall dozen draft drag dragon dragons drama dramas draw drawing dread dreamer \
     dreaming dresses dried drift drill drinking driven drivers driving drops drought drug drugs drum drums drunk \
     duck dude duel dull dumb dump dust duty dying eager eagle earthquake easily eating echo eclipse economy editor \
     education effect effort egg eggs ego elections electric elegant elements elephant elevator elite embrace emotion \
     emotional emperor empire employee encounter ending endless energy enforcer engine entertainment entire entity \
     entrance entry envelope epic episode episodes equal equals error escaped essential eternal ethics event events \
     eventually evil evolution exact exactly exam example excellent exchange excited exciting excuse execution \
     exercise existence exit expect expendables expensive experience experiment expert expired explain explorers \
     explosion exposed exposure express extended extract extreme factory faculty fade failed failure faint fairy \
     faithful falling falls fame fantasies fantastic fantasy fashion faster fastest fatal fault favor fearless feast \
     feather feature featured feed feedback fellow female fence fences fever fiction fiddle fields fierce fifteen \
     fifth fifty fighter fighters fighting figure figured files filling finding fingers finish finished firefly firm \
     fishing fist fitness fixer flag flame flames flash flavor flawless flesh flick flicks flight flip float flood \
     flow flowers fluid flying focus fog fold folks follow following fond foods fool foolish fools footage football \
     forbidden forced foreign foreigner forgive forgiveness forgotten form formal formula forth fortress fortune \
     forty forward found fountain fox fracture frame frantic freak freaks frequency friendly friendship frog frontier \
     frost frozen fruits frustrated fuel fugitive funeral furious furniture fury fuse gain gambler gambling gang \
     gangs gangster gangsters garage garbage garden gas gather gear general generation generous genius genre genres \
     gentle gentleman gently ghost ghosts giant giants gifted gifts girlfriend giver gladiator glance glasses global \
     glory glove gnomes goal goat goodness goods goofy goose gore gorgeous gossip government grab grace grade \
     graduate grams grandfather grandma grandmother grandpa grandson granted grape graph grasp grateful grave \
     graveyard gravity gravy grease greatest greed greek grey grief grim grind grip growing growth grudge guardian \
     guardians guest guests guide guilt guilty guitar guns gut gym habit hacker hackers hail hairy halfway halloween \
     hammer handle handling handsome hanging hangover happening happier happily happiness harbor hardly hardware harm \
     harmony harsh harvest hatch hatching haunted haunting haven hazard headache heading heal health hearing \
     heartbreak heavily hedge heights heist hell helmet helpful helpless herd hereditary hero heroes hesitate hidden \
     hiding highway hiking hilarious hint hire historical hitman hitting hobby holding holes holiday holidays hollow \
     hollywood holy homeless homework honor hood hook hop horizon horn horrible horrific horror horrors horse horses \
     hospital host hostage hostile hostiles household housing hovering howling hug huge humble humor hunger hungry \
     hunted hunter hunters hunting hurricane husband hush hybrid ideal identity idiot idiots ignore illness illusion \
     image imagination imagine immediate immortal impact importance important impress impressed impression impressive \
     improve incident include including income incredible incredibles indeed independence indian industry infamous \
     inferno infinite influence information initial injury innocence innocent innocents insane insect insects insider \
     insight insomnia instance instant instead instinct insult insurance intelligence intelligent intense intention \
     interest interested interesting intern internal international internet internship interview introduce intruder \
     invasion invent invincible invisible invitation invite invited involved iron island islands isolation issue \
     issues italian item jacket jail jam jar jaws jazz jealous jeans jerk jet jewel jigsaw jobs join joint joke joker \
     jokes journal journalist journey judgment juice jump jumper jumping jungle jury justice justify keen keeper \
     keeping kettle keys kick kicking kidding kidnap killed killer killers killing kills kinds kingdom kissing kite \
     kits kitten knee knifes knight knights knock knocking knot knowing knowledge label labor labyrinth lack ladder \
     lamb lamp landed landing landlord lane languages lap laser lasting latest latin latter laughed laughing laughter \
     launch laundry lawn lawyer layer lazy leader leaders leading leaf league lean leaning learned learning lease \
     leather leaving lecture legacy legal legend legendary legends legs lemon lend length leopard lesbian lesson \
     lessons level liar liars liberty library license lid lied lifetime lift lifted lighter lighting limit limitless \
     limits linen link lion lions lips liquid list listened listening lists literally literature loaded loan lobby \
     lobster local location lock locked locker lodge log logic lonely longer longest looked looks loop loose loser \
     losers losing lounge lover lovers loving lower loyal loyalty luggage lunar lying machine machines madness mafia \
     magazine magic magical magnetic mail main maintain major majority makes makeup making male mall mama manage \
     manager mania maniac manner map marble march margin marine market marriage married mask masks mass massacre \
     massive master masters mat mate material math matrix mature maximum mayor maze meal meals meaning means meant \
     measure meat mechanic medal media medical medicine medium meeting melody melt member members mental mention menu \
     mercy mere merely merry mess message messengers messy metal method mice micro mid mighty mild military milk mill \
     miller millions minds mineral minimum mining minions minor minority miracle mirror mirrors misery misfits missed \
     mist mistake mistakes mister mix mixed mob mobile model models moderate modern mom mommy moms monkey monkeys \
     monster monsters mood moods moonlight mortal mosquito mostly motion motive motor mount mountain mountains moved \
     moving mummy murder murders muscle museum mushroom musical musicals musician mute mutual mysterious mystery myth \
     nail naked named names narrow nasty nation national native natural naturally nature naughty naval navy nearby \
     nearly neat necessary necklace negative neighbor neighborhood neighbors neighbours nephew nerd nerve nerves \
     nervous nest net network neutral nevermind newer newest nickname niece nightmare nightmares ninja noble noise \
     nomad nonsense noon norm norms northern nostalgia notebook notes notice notion notorious nowhere nuclear nude \
     numb numbers nun nurse nut nuts oak oath obey object objective obligation observe obsessed obsession obvious \
     obviously occasion occult ocean odd odds odyssey offer offered officer officers official older oldest olive omen \
     omit onion online onto opened opening opens opera operation operator opinion opponent opportunity opposite \
     option options oral orbit orchestra ordinary organ origin original originals orphan orphanage otherwise ought \
     outbreak outcast outcome outdoor outfit outlaw outlaws outlet outsider outsiders overall overboard overnight \
     overtime owl owner owns oxygen pace pack package pact padded pages paid painful paint painted painter painting \
     pair palace pale palm pan panda panic pants papa par parade paradise parallel pardon parent parenthood parenting \
     parking parody partly partner partners passed passenger passengers passing passion passport pasta path patience \
     patient patriot patrol pattern pause payback paycheck peaceful peak pearl peasant peculiar pencil penny perfume \
     perhaps period permanent permission persona personal personality personally perspective pest pet pets phantom \
     phase phenomenon phoenix photographer photographs phrase physical pianist piano pick picked picking pickup pie \
     pieces pig pigeon pile pill pillow pilot pin pine pink pipe pirate pirates pit pitch pizza places plague plain \
     planes planet planets planned planning plant plastic plate platform played players playing pleasant pleasure \
     plenty plot plots plug plus pocket poem poems poetry poison poker polar pole policy polish polite political \
     politics poll pond pony pool pop popcorn popular population port portrait pose position positive possess \
     possessed possession possibility possibly postman pot potato potential pound powder powerful practical practice \
     praise pray prayer precious predator predators predict prefer pregnancy pregnant prejudice premise premonition \
     prepare prepared prequel prequels presence present presents president press pressure prestige pretend prevent \
     previous prey pride priest primal primary prime prince princess principal print prior priority prisoner \
     prisoners privacy private privilege prize probably proceed process produce producer producers product production \
     profession professional professionals professor profit program progress project prom promise promised promises \
     promotion proof proper properly property prophecy proposal propose protect protection protest prove proved \
     proven provide provided psychic psycho pub publish pull pulled pulling pulp pulse pump pumpkin punch puncture \
     punish punisher punishment pupil puppet puppets puppy purchase pure purge purple purpose pursue pursuit pushed \
     pushing puzzle pyramid quality quarter queen quest questions quiz quote rabbit rabbits race racing racism rack \
     radar radical radio rage raid rail railroad railway rainbow raise raised rally ramp rampage ranch random range \
     rank ransom rap rape rapid rare rarely rat rate rated rather rating ratings rats raven ray reach reached react \
     reaction reader readers reading reality realize realized rear rebel rebellion rebound recall receive received \
     recent recently recipe reckless recognize recommend recommendation recommendations record recording records \
     recover recruit redemption reef reference reflection reform refuge refuse regard region regret regular reign \
     reject related relation relations relationship relationships relative relatively relax release released relevant \
     relief religion religious reluctant rely remain remains remake remakes remark remarkable remind reminded reminds \
     remote removal remove render renegade repair repeat replace replacement replacements reply report reporter \
     representation representative republic reputation request requiem require rescuers research resemble reserve \
     residence resident resist resistance resolution resort resource respect respond response responsible restaurant \
     restless result results resurrection retired retirement retreat returned returns reveal revealed revenge reverse \
     review reviews revolt revolution reward rhyme rhythm ribbon rice riches rider riders ridiculous riding rifle \
     rings riot rise rises rising risk risks ritual rival rivals rivers roadie roads roar robber robbery robe robot \
     robots rocket rocks rocky rogue roller roman romance romances romantic roof rookie roommate root roots rope rose \
     roses rotten rough roundup route routine rover row royal rubber rude rugby ruin ruined ruins ruler rumor rush \
     rushed rushing rust rusty ruthless sabotage sack sacred sacrifice sadly safely safety sailor saint sake salad \
     salary sale sales salt sample sanctuary santa satisfied sauce savage savages saver saving scale scandal scar \
     scare scarecrow scarf scatter scenario scenes schedule scheme scholar science scientific scientist scissors \
     scope score scored scores scout scratch scream screaming screams screw script sculpture seal sealed searching \
     seasons seated secondly secretary secrets section sector secure security seeing seeker seeking seem seemed seems \
     seldom select selected selection selfish sell seller selling senior sensation senseless sensible sensitive \
     sentence separate separation sequel sequels sequence serenity sergeant serpent servant serve served service \
     session setting settle settled setup severe sewer sex sexual sexy shade shadow shadows shadowy shaft shake \
     shaking shallow shame shameless shaped shark sharks shattered shave shed sheep sheer sheet shelf shell shelter \
     shield shift shining ship shipping ships shirt shiver shock shocked shocking shoes shooter shooting shopping \
     shore shorter shorts shots shoulder shoulders shout shovel showed shower showing shut shutter shy sibling \
     siblings sick sideways siege sighs signal signals signature signed significant signs silence silk silly similar \
     simply sin singer singing singles sinister sink sins siren sitter sitting situation sixth sixties size sketch \
     ski skies skiing skill skills skin skip skull skulls slam slap slash slasher slate slaughter slave slavery \
     sleeper sleepers sleepless sleepy sleeve slice slide slight slightly slim slip slither slot slowly slum slums \
     smack smaller smash smell smiled smiling smoke smoking smooth snack snake snakes snap snatch sneak sneakers \
     sniper snitch snowman snuff soap sober soccer social society sock socks soda sofa solace sold soldier soldiers \
     sole solid solo solution solve someday somehow sometime sometimes somewhat songs sorcerer sore sorts souls \
     soundtrack sour source southern sow spare spark sparkle speak speaker speakers speaking specialist species \
     specific specifically spectacular speech spend spending spent sphere spice spider spiders spies spill spin spine \
     spinning spiral spirit spirits spiritual spit splash splendid split spoil spoiled spoiler spoilers spoke spoken \
     spooky sporting spot spotlight spots spray spread springs spy squad squeeze squid stable stack stadium staff \
     staged stages stair stairs stake stakes stalker stamp standing stands stare starring starting startled starts \
     starve stated statement states static statue status stayed staying steady stealing steam steel steep steer stem \
     stepped steps stick sticks stiff stir stitch stitches stock stolen stomach stones stood stool stopped stopping \
     stored stories storks storm storms stormy straightforward strain strangers strategy straw stream streaming \
     streets strength stress stretch strict strictly strikes striking string strings strip stripes stroke stronger \
     strongest struck structure struggle stuck studies studio studios stumble stunning stunt subject submarine \
     submission substance substitute subtle suburban subway success successful sucker sudden suddenly suffer \
     suffering sufficient suggestion suggestions suicide suite suited sultan summit sunny sunrise sunset superb \
     superhero superheroes superior supermarket supernatural supper supply support suppose supposed supposedly \
     supreme surface surfing surgeon surgery surprise surprised surprises surprising surprisingly surrender \
     surrounded survival survive survived survivor survivors suspect suspects suspend suspense suspension suspicion \
     suspicious swallow swamp swan swear sweat sweep sweetheart swell swift swim swimming swing swingers switch \
     switched sword swords symbol sympathy system tables tackle tail tails takers takes talent talented tales talking \
     talks tan tangerine tangled tank tanks tap tape target task tasty tattoo taught tax taxi teaching teams tear \
     tech technical technique technology teenage teenager teenagers teens teeth telephone television temper temple \
     temporary temptation tempted tenant tend tender tennis tense tension tent term terminal terms terribly terrific \
     terrified terror terrorist tested testing text textbook thankful thick thief thieves thin thinking thinner \
     thirst thirsty thirteen thorn thorough thoroughly thoughts thousand thousands thread threat threaten thrill \
     thrilled thriller thrillers thrilling throat throne throw throwing thrown thunder thus tick tickets tickled tide \
     tidy tie ties tiger tigers tight tights till timber timeless timeline timing tiny tip tips title titled titles \
     toast toilet tomb tone tongue tons tool tools tooth topic topics torch torn torture tossed totally touch touched \
     touching tour tourist tournament toward towards tower towers towns toxic toys trace track tracks trade trading \
     tradition traditional traffic tragedy tragic trail trailer trailers trained trainer training traitor trance \
     transfer transform transformation transition translation transport transporter trapped trash trauma treasure \
     treat treated treatment treats trees tremendous trend trial triangle tribe trick tricks tricky tried tries \
     trigger trilogy triple troll trolls troop troops trophy tropical trouble troubled troubles trucks truly trumpet \
     trunk trusted truth tube tune tunnel turbo turkey turned turning turns tutor twilight twin twins twist twisted \
     twister twists types typical ultimate ultimately umbrella unable unbelievable unbroken uncertain uncomfortable \
     underground understand understanding underwater underworld undisputed unemployed unexpected unfair unfaithful \
     unforgettable unfortunate unfortunately unhappy uniform union unique unit united universal universe university \
     unknown unless unlike unlikely unlucky unrest unstoppable untouchable untouchables unusual update upper upset \
     upside upstairs urban urge urgent useful useless user usual usually vacation vague valentine valid valley \
     valuable value values vampire vampires vanish vanity variety various vast vault vegetable vehicle veil vein \
     vengeance venom venture verdict verse version versions versus vessel veteran via vibe vibes vice victim victims \
     videos viewed viewer viewing views vile villa village villain villains vintage violence violent violet violin \
     virgin virtual virtue virus visible vision visited visiting visitor visitors visual visuals vital vivid vocal \
     volcano volume volunteer vote vow voyage vulnerable wage wagon waist waitress wake waking walked walker walking \
     walks wallet wander wanderlust wannabe warlock warlords warming warmth warn warned warning warrior warriors wars \
     washing waste watcher watchers watchmen waterfall watering waters waves wax weak weakness wealth wealthy weapon \
     weapons wear wearing weasel weave web website wedding weddings weed weekends weekly weigh weight weird welcome \
     welfare wells werewolf western westerns whale whatever wheels whenever whereas wherever whip whisper whistle \
     whoever widow width willing willow windows wings winner winners winning wins wipe wiped wire wired wisdom wise \
     wished wishes witch witches withdraw witness witnesses witty wives wizard wizards woke wolf wolves wondered \
     wonderful wondering wooden woods worker workers working works worlds worm worn worried worries worry worse \
     worship worthy wound wounded wounds wrap wrapped wreck wrestler wrestling wrist writer writers writes writing \
     written wrote yell yoga youth zombie zombies zone zones zoo";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_words_and_no_names() {
        for word in ["flick", "moving", "tracks", "frozen"] {
            assert!(is_ordinary(word), "{word}");
        }
        for word in ["vertigo", "inception", "shrek", "memento"] {
            assert!(!is_ordinary(word), "{word}");
        }
    }
}
