//! The templates that are built in, and those of a graph in their place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::{CandidateLine, Case, DialogueLine, Facet, Material, PromptError, RenderOptions};
use crate::{Template, UserLine};

/// The folder of a graph in which its own templates lie.
pub const PROMPTS_FOLDER: &str = "prompts";

const SHIPPED: [&str; 8] = [
    include_str!("../../../prompts/recommend.jinja"),
    include_str!("../../../prompts/recommend-small.jinja"),
    include_str!("../../../prompts/likelihood.jinja"),
    include_str!("../../../prompts/explain.jinja"),
    include_str!("../../../prompts/reply.jinja"),
    include_str!("../../../prompts/rate.jinja"),
    include_str!("../../../prompts/clarify.jinja"),
    include_str!("../../../prompts/summarise-profile.jinja"),
];

/// All templates by name.
#[derive(Debug, Clone)]
pub struct Templates {
    known: BTreeMap<String, (Template, Option<PathBuf>)>,
}

impl Templates {
    /// The templates that are built in.
    ///
    /// # Errors
    /// None as long as the files are valid, which a test checks.
    pub fn shipped() -> Result<Self, PromptError> {
        let mut known = BTreeMap::new();
        for file in SHIPPED {
            let template = Template::parse(file)?;
            known.insert(template.name().to_owned(), (template, None));
        }
        Ok(Self { known })
    }

    /// Those that are built in, with the files `prompts/*.jinja` of the graph in `folder` in their
    /// place or beside them, by the names in their front matter.
    ///
    /// # Errors
    /// [`PromptError::File`] naming the file that is wrong, [`PromptError::Io`].
    pub fn of_graph(folder: impl AsRef<Path>) -> Result<Self, PromptError> {
        let mut templates = Self::shipped()?;
        for path in own_files(&folder.as_ref().join(PROMPTS_FOLDER))? {
            let template = Template::parse(&fs::read_to_string(&path)?)
                .map_err(|error| in_file(&path, error))?;
            let name = template.name().to_owned();
            templates.known.insert(name, (template, Some(path)));
        }
        Ok(templates)
    }

    /// The template of that name.
    ///
    /// # Errors
    /// [`PromptError::Unknown`] with the names that there are.
    pub fn get(&self, name: &str) -> Result<&Template, PromptError> {
        let found = self.known.get(name).map(|(template, _)| template);
        found.ok_or_else(|| PromptError::Unknown {
            name: name.to_owned(),
            known: self.known.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Each template, by name, with the file it comes from unless it is built in.
    pub fn iter(&self) -> impl Iterator<Item = (&Template, Option<&Path>)> {
        let all = self.known.values();
        all.map(|(template, path)| (template, path.as_deref()))
    }
}

fn own_files(folder: &Path) -> Result<Vec<PathBuf>, PromptError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "jinja")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn in_file(path: &Path, error: PromptError) -> PromptError {
    PromptError::File {
        path: path.to_owned(),
        source: Box::new(error),
    }
}

/// What stands in for text of others while a template is checked.
const MARK: &str = "MATERIAL";

/// What is wrong with a template that parses: it names what does not exist, in empty or in full
/// material; it is over its own budget; or it puts text of others outside of `<data>`.
#[must_use]
pub fn check(template: &Template) -> Vec<String> {
    let mut problems = Vec::new();
    let options = RenderOptions {
        token_budget: Some(usize::MAX),
        ..RenderOptions::default()
    };
    // Templates about one item or facet need one.
    let bare = Material {
        item_name: "item".to_owned(),
        item: full().item,
        facet: full().facet,
        ..Material::default()
    };
    for (what, material) in [("little", bare), ("full", full())] {
        match template.render(&material, &options) {
            Err(error) => problems.push(format!("with {what} material: {error}")),
            Ok(prompt) => {
                if !contained(&prompt.user) {
                    problems.push("text of others stands outside of <data> … </data>".to_owned());
                }
                if what == "little" && prompt.tokens > template.token_budget() {
                    problems.push(format!(
                        "it takes {} tokens without material, and its token_budget is {}",
                        prompt.tokens,
                        template.token_budget()
                    ));
                }
            }
        }
    }
    problems.dedup();
    problems
}

/// Whether the mark stands between the first `<data>` and the last `</data>` only.
fn contained(user: &str) -> bool {
    let start = user.find("<data>").unwrap_or(user.len());
    let end = user.rfind("</data>").unwrap_or(start);
    !user[..start].contains(MARK) && !user[end..].contains(MARK)
}

/// Material with something in every part.
fn full() -> Material {
    let mark = || MARK.to_owned();
    let line = || CandidateLine {
        title: mark(),
        facts: vec![mark(), mark()],
    };
    Material {
        item_name: "item".to_owned(),
        preferences: vec![mark()],
        facts: vec![mark()],
        cases: vec![Case {
            said: mark(),
            liked: vec![mark()],
        }],
        users: vec![UserLine {
            shared: vec![mark()],
            liked: vec![mark()],
        }],
        candidates: vec![line(), line()],
        dialogue: vec![DialogueLine {
            speaker: "seeker".to_owned(),
            text: mark(),
        }],
        item: Some(line()),
        facet: Some(Facet {
            name: mark(),
            values: vec![mark(), mark()],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_template_is_sound() {
        for (template, _) in Templates::shipped().expect("valid").iter() {
            assert_eq!(check(template), Vec::<String>::new(), "{}", template.name());
        }
    }
}
