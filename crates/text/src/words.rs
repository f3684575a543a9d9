//! Lists of English words, each for one purpose.

use std::{collections::HashSet, sync::LazyLock};

use crate::ordinary::is_ordinary;

macro_rules! word_list {
    ($(#[$doc:meta])* $function:ident, $words:expr) => {
        $(#[$doc])*
        pub(crate) fn $function(word: &str) -> bool {
            static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| $words.split_whitespace().collect());
            WORDS.contains(word)
        }
    };
}

word_list!(
    /// Pronouns, particles and what people answer with: they carry a sentence, so that a verb before them says
    /// nothing about a title ("I love it").
    is_particle,
    "a about above after again ah aha alright all also always am an and another any anyone anything are as at away be because been \
     before being below both but by bye can could did do does doing done down each either else enough even ever every \
     everyone everything few for from get give go goodbye great had haha has have having he hello help her here hers hey hi him \
     his hi how i if in instead into is it its just later least less let like lmao lol lot lots many may maybe me mine more most much must \
     my nah neither never next nice no nobody none nor not nope nothing now of off oh ok okay omg on one ones only or other others our out \
     over own perfect please same see shall she should since so some somebody someone something soon still such sure thank \
     thanks than that the their them then there these they thing things this those though through to too try under \
     until up us very was we well were what when where which while who whom whose why will with without would wow yea yeah \
     yep yes yet you your yours yup it's i'm i've i'd i'll don't that's you're"
);

word_list!(
    /// Frequent words: a title made of nothing else needs a cue.
    is_frequent,
    "able action actually afraid after age ago air alien aliens alive alone along amazing \
     american angel angry animal animals answer apart apartment army around art ask \
     attack awake awesome baby back bad ball bank bar bat bear beast beautiful beauty bed \
     beginning behind believe best better between beyond big bird birth black blind blood \
     blue boat body book born bottom box boy boys brain bread break breath bright bring \
     broken brother brothers brown build burn business busy buy call called came camp car \
     card care carry case cast cat catch cats chance change chase cheap check chicken \
     child children choice city class clean clear clock close closer club coast cold \
     college color come coming contact control cook cool corner country couple course \
     cover crazy crime cross cry cut dad dance danger dangerous dark date daughter day \
     days dead deal dear death deep die different dinner dirty doctor dog dogs door doubt \
     dream dreams dress drink drive driver drop dry ear early earth east easy eat edge \
     eight eleven empty end enemy english enter escape evening extra eye eyes face fact \
     fail fair faith fall false family famous fan far farm fast fat fate father favorite \
     favourite fear feel feet field fight film films final find fine fire first fish fit \
     five flat floor flower fly foot force forest forever forget four free freedom french \
     fresh friday friend friends front fruit full fun funny future game games gate gift \
     girl girls glass god going gold gone good goodnight got grand grass gray green \
     ground group grown guard guess gun guy guys hair half hall hand hands happen \
     happened happy hard hat hate head hear heart heat heaven heavy hide high hill \
     history hit hold hole home honest honey hope hot hotel hour hours house human \
     hundred hunt hurt ice idea impossible inside job joy judge kid kids kill kind king \
     kiss kitchen knife know ladies lady lake land language large last late later laugh \
     law lay lead leap learn leave left leg letter letters lie life light lights line \
     listen little live lives living long look looking lord lose loss lost loud love \
     loved luck lucky lunch mad made maid make man mark marry match matter me mean meet \
     memory men middle midnight might mile million mind minute minutes miss missing \
     mission moment monday money month moon morning mother mouse mouth move movie movies \
     mr mrs mud mum music name near neck need new news next night nights nine normal \
     north nose number office oil old once open orange order outside page pain paper \
     parents park part party pass past pay peace people person phone photo picture piece \
     place plan plane play player point police poor possible power pretty price prison \
     problem proud public push question quick quiet quite rain raw read ready real really \
     reason red remember rent rescue rest return rich ride right ring river road rock \
     role roll room round rule rules run running sad safe said sand save saved saw say \
     says scared scary scene school screen sea search seat second secret self send sense \
     sent series serious seven shape share sharp shine shoot shop short shot show shows \
     side sight sign silent silver simple since sing single sister sisters sit six sky \
     sleep sleeping slow small smart smile snow soft somewhere son song soon sorry soul \
     sound soup south space spanish special speed spell sport sports square stage stand \
     star stars start state station stay steal step stone stop store story straight \
     strange stranger street strike strong student study stuff stupid style sugar suit \
     summer sun sunday sunshine super sweet table take taken talk tall taste tea teach \
     teacher team tears teen tell ten terrible test think third thirty three ticket time \
     times tired today together told tomorrow tonight took top total tough town toy train \
     trap travel tree truck true trust turn twelve twenty twice two ugly uncle use used \
     van victory video view visit voice wait waiting walk wall want wanted war warm wash \
     watch watched water wave way weather week weekend west wet wheel white whole wide \
     wife wild win wind window wine winter wish woman women wonder wood word words work \
     world worst worth write wrong yard year years yellow yesterday young zero"
);

word_list!(
    /// Verbs of watching and liking: what follows them is likely to be an item.
    is_reaction,
    "adore adored adores despise dislike disliked enjoy enjoyed enjoying enjoys finished hate hated hates like liked likes love \
     loved loves loving luv luved prefer preferred recommend recommended rewatch rewatched saw see seen suggest suggested watch \
     watched watches watching"
);

word_list!(
    /// Those that speak of what has been watched.
    is_past_reaction,
    "adored disliked enjoyed finished hated liked loved preferred rewatched saw seen watched"
);

word_list!(
    /// Pronouns that "like" compares with: "something like X".
    is_open,
    "any anyone anything more much one ones something thing things"
);

word_list!(
    /// Nouns and participles that announce a title.
    is_announcement,
    "album book called entitled film game movie named novel show song titled"
);

word_list!(
    /// Nouns for works, which follow the name of whoever made them: "a Hitchcock film".
    is_work,
    "film films flick flicks movie movies picture pictures show shows song songs album albums book books novel novels \
     game games"
);

word_list!(
    /// What stands before whoever made or appears in a work.
    introduces_person,
    "by featuring starring"
);

word_list!(
    /// Verbs that a judgement follows.
    is_copula,
    "are is isn't isnt was wasn't wasnt were"
);

word_list!(
    /// Verbs that follow a pronoun.
    is_auxiliary,
    "can can't cannot could couldn't did didn't do does doesn't don't gets goes had has hasn't have haven't just kind \
     kinda looked looks made makes may might really seemed seems should sort sounded sounds took was wasn't will won't \
     would wouldn't"
);

word_list!(
    /// What people answer with or throw in: hardly ever a title.
    is_interjection,
    "ah aha alright goodbye haha hello hey hi hmm lmao lol nah no nope oh ok okay omg thanks wow yea yeah yep yes yup"
);

word_list!(
    /// Pronouns that are subjects.
    is_pronoun,
    "he i it she that they this those us we what who you"
);

word_list!(
    /// Judgements.
    is_judgement,
    "amazing awesome awful bad beautiful best boring brilliant cool disappointing dull excellent fantastic favorite \
     favourite fine fun funny good great horrible incredible interesting lame lovely masterpiece mediocre nice okay \
     overrated perfect rubbish sad scary superb terrible terrific underrated weak wonderful worst"
);

word_list!(
    /// Verbs of seeming: the "like" after them compares.
    is_seeming,
    "feel feels felt look looked looks seem seemed seems smells sound sounded sounds"
);

word_list!(
    /// What may follow a title in running text; after any other word, the title was part of a longer phrase
    /// ("I like big cities").
    follows_title,
    "a again also and are as because but by for from i if is it last lot much my or recently so that though too very \
     was we were when which while who with yesterday"
);

word_list!(
    /// What may follow the last title of a list.
    follows_list,
    "also and as because but or too"
);

word_list!(
    /// What stands before a facet value that is also a verb: "movies about love".
    introduces_topic,
    "about any more no of on some true with without"
);

word_list!(
    /// Words a name may hold without a capital.
    is_minor,
    "a an and at by da de del der des di du e el en for from in la le les of on or the to van vom von vs with y"
);

word_list!(
    /// Stop words of text search.
    is_stop,
    "a about after again all also am an and any are aren't as at be because been before being both but by can can't \
     could couldn't did didn't do does doesn't doing don't down for from further had hadn't has hasn't have haven't \
     having he her here hers him his how i i'd i'll i'm i've if in into is isn't it it's its just me more most my no \
     nor not of off on once only or other our ours out over own same she should so some such than that that's the \
     their them then there these they they're this those through to too under until up very was wasn't we we're were \
     weren't what when where which while who whom why will with won't would wouldn't you you're your yours"
);

/// Whether a word is written in digits only.
pub(crate) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is so frequent that even two of them say little.
pub(crate) fn is_everyday(word: &str) -> bool {
    is_particle(word) || is_frequent(word) || is_number(word)
}

/// Whether a word alone does not tell a title from running text.
pub(crate) fn is_common(word: &str) -> bool {
    is_everyday(word) || is_ordinary(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        for word in ["it", "up", "her", "us", "you"] {
            assert!(is_particle(word) && is_common(word), "{word}");
        }
        for word in ["heat", "seven", "alien", "once", "drive", "big", "1984"] {
            assert!(!is_particle(word) && is_common(word), "{word}");
        }
        for word in ["vertigo", "inception", "amelie"] {
            assert!(!is_common(word), "{word}");
        }
    }
}
