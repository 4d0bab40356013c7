//! The wordings of messages: the house's own in each language, and the tenant's in their place.

use domain::language::Language;
use domain::refusal::Refusal;
use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, filters};
use serde_json::{Map, Value, json};
use store::answer::message::{self, Wording};
use store::{Read, Write};

use crate::platform::audit;
use crate::{Act, Result, words};

/// What a wording may do beside naming its variables.
const TAGS: [&str; 4] = ["if", "elif", "else", "endif"];
const SUBJECT_CHARS_MAX: usize = 200;
const BODY_CHARS_MAX: usize = 10_000;

/// What a message is for, with the variables its wording may use and what they look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    pub key: &'static str,
    pub variables: &'static [Variable],
}

/// What may stand in a wording, with an example in each language for the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    pub name: &'static str,
    chinese: &'static str,
    english: &'static str,
}

impl Variable {
    const fn of(name: &'static str, chinese: &'static str, english: &'static str) -> Self {
        Self { name, chinese, english }
    }

    /// The same example in every language.
    const fn same(name: &'static str, example: &'static str) -> Self {
        Self::of(name, example, example)
    }

    pub fn example(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.english,
        }
    }
}

const COMPANY: Variable = Variable::of("company", "回声示例公司", "Example Ltd");
const CUSTOMER: Variable = Variable::of("customer", "王女士", "Ms Wang");
const STAFF: Variable = Variable::of("name", "李雷", "Grace");
const LINK: Variable = Variable::same("link", "https://example.com/i/acme/…");
const NUMBER: Variable = Variable::same("number", "2026-0042");

pub const INVITATION: Template = Template {
    key: "invitation",
    variables: &[
        COMPANY,
        CUSTOMER,
        LINK,
        Variable::same("choices", ""),
        Variable::same("days", "14"),
        Variable::same("opt_out", "https://example.com/o/acme/…"),
    ],
};
pub const REMINDER: Template = Template { key: "reminder", ..INVITATION };
pub const RE_EVALUATION: Template = Template { key: "re_evaluation", ..INVITATION };
pub const CASE_RECEIVED: Template = Template {
    key: "case_received",
    variables: &[COMPANY, CUSTOMER, NUMBER, Variable::same("promise", "2026-09-03 16:00"), LINK],
};
pub const STEP_PROGRESS: Template = Template {
    key: "step_progress",
    variables: &[COMPANY, CUSTOMER, NUMBER, Variable::of("step", "处理中", "In progress"), LINK],
};
pub const RESULT_TOLD: Template = Template {
    key: "result_told",
    variables: &[
        COMPANY,
        CUSTOMER,
        NUMBER,
        Variable::of("result", "已更换新机并致歉", "We replaced it and apologised"),
        LINK,
    ],
};
pub const STAFF_REMINDER: Template = Template {
    key: "staff_reminder",
    variables: &[
        STAFF,
        Variable::of(
            "text",
            "工单 2026-0042 将在 30 分钟后到期",
            "Case 2026-0042 is due in 30 minutes",
        ),
        LINK,
    ],
};
pub const DIGEST: Template = Template {
    key: "digest",
    variables: &[STAFF, Variable::same("count", "3"), Variable::same("lines", "…"), LINK],
};

pub const ACCOUNT_CHANGED: Template = Template {
    key: "account_changed",
    variables: &[
        STAFF,
        Variable::of("text", "您的登录密码已修改", "Your password was changed"),
        LINK,
    ],
};

pub const ALL: &[Template] = &[
    INVITATION,
    REMINDER,
    RE_EVALUATION,
    CASE_RECEIVED,
    STEP_PROGRESS,
    RESULT_TOLD,
    STAFF_REMINDER,
    DIGEST,
    ACCOUNT_CHANGED,
];

pub fn find(key: &str) -> Result<Template, Refusal> {
    let found = ALL.iter().find(|it| it.key == key);
    found.copied().ok_or_else(|| Refusal::not_found("template"))
}

/// Subject and body as they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub body: String,
}

/// The house's wording.
pub fn built_in(template: Template, language: Language) -> Wording {
    let say = |part: &str| words::say(language, &format!("message.{}.{part}", template.key));
    Wording { key: template.key.to_owned(), language, subject: say("subject"), body: say("body") }
}

/// The tenant's wording, else the house's.
pub async fn wording(
    conn: &mut Read,
    tenant: domain::id::TenantId,
    template: Template,
    language: Language,
) -> Result<(Wording, bool)> {
    let own = message::wordings(conn, tenant).await?;
    let own = own.into_iter().find(|it| it.key == template.key && it.language == language);
    Ok(own.map_or_else(|| (built_in(template, language), false), |it| (it, true)))
}

/// Fills a wording. A variable that does not exist, and whatever could make much out of little, is
/// refused.
pub fn render(wording: &Wording, values: &Map<String, Value>) -> Result<Rendered, Refusal> {
    let mut engine = Environment::empty();
    engine.add_filter("default", filters::default);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("title", filters::title);
    engine.add_filter("trim", filters::trim);
    engine.add_filter("upper", filters::upper);
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    let filled = |value: &Value| match (value.as_i64(), value.as_str()) {
        (Some(number), _) => minijinja::Value::from(number),
        (None, Some(text)) => minijinja::Value::from(text),
        (None, None) => minijinja::Value::from(value.to_string()),
    };
    let values = values.iter().map(|(name, value)| (name.as_str(), filled(value)));
    let values = minijinja::Value::from_pairs(values);
    let fill = |text: &str, field: &'static str, max: usize| {
        if let Some(what) = unwanted(text) {
            return Err(Refusal::invalid("template_forbidden").with("what", what).at(field));
        }
        let filled = engine.render_str(text, values.clone()).map_err(|error| {
            Refusal::invalid("template_wrong").with("reason", error.to_string()).at(field)
        })?;
        if max < filled.chars().count() {
            return Err(Refusal::invalid("too_long").with("max", max).at(field));
        }
        Ok(filled)
    };
    let subject = fill(&wording.subject, "subject", SUBJECT_CHARS_MAX)?;
    // One line: a subject is a header.
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = fill(&wording.body, "body", BODY_CHARS_MAX)?;
    if subject.is_empty() || body.trim().is_empty() {
        let field = if subject.is_empty() { "subject" } else { "body" };
        return Err(Refusal::invalid("required").at(field));
    }
    Ok(Rendered { subject, body })
}

/// What a wording has no need of and this one does. Without loops, names of its own and multiplication
/// a wording is never much longer than it was written; with them a line of it fills the memory.
fn unwanted(text: &str) -> Option<String> {
    let mut opens = false;
    // What cannot be read is named when it is filled.
    for (token, _) in tokenize(text, false, SyntaxConfig::default()).map_while(Result::ok) {
        match token {
            Token::Mul => return Some("*".to_owned()),
            Token::Pow => return Some("**".to_owned()),
            Token::Ident(word) if opens && !TAGS.contains(&word) => return Some(word.to_owned()),
            _ => opens = matches!(token, Token::BlockStart),
        }
    }
    None
}

/// With the examples in it.
pub fn preview(template: Template, wording: &Wording) -> Result<Rendered, Refusal> {
    let filled = |it: &Variable| (it.name.to_owned(), json!(it.example(wording.language)));
    let values = template.variables.iter().map(filled).collect();
    render(wording, &values)
}

/// Sets the tenant's own wording; one that cannot be filled is refused.
pub async fn put_wording(tx: &mut Write, act: &Act, wording: Wording) -> Result<Rendered> {
    let template = find(&wording.key)?;
    let shown = preview(template, &wording)?;
    message::put_wording(tx, act.tenant, &wording, act.now).await?;
    let detail = json!({ "key": wording.key, "language": wording.language });
    audit::note(tx, act, "update", ("template", None), detail).await?;
    Ok(shown)
}

/// Goes back to the house's wording.
pub async fn delete_wording(
    tx: &mut Write,
    act: &Act,
    key: &str,
    language: Language,
) -> Result<()> {
    find(key)?;
    if !message::delete_wording(tx, act.tenant, key, language).await? {
        return Err(Refusal::not_found("template").into());
    }
    let detail = json!({ "key": key, "language": language });
    audit::note(tx, act, "delete", ("template", None), detail).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(subject: &str, body: &str) -> Wording {
        Wording {
            key: "digest".to_owned(),
            language: Language::English,
            subject: subject.to_owned(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn the_houses_wordings_can_be_filled() {
        for template in ALL {
            for language in Language::ALL {
                let shown = preview(*template, &built_in(*template, language));
                let shown = shown.unwrap_or_else(|it| panic!("{} {it}", template.key));
                assert!(!shown.body.contains("{{") && !shown.subject.contains("message."));
            }
        }
    }

    #[test]
    fn what_cannot_be_filled_is_refused_where_it_is() {
        let refused = |subject, body| preview(DIGEST, &wording(subject, body)).unwrap_err();
        assert_eq!(refused("a", "{{ nobody }}").code, "template_wrong");
        // Each would make gigabytes of a line.
        for (what, body) in [
            ("*", "{{ [1] * 99999999 }}"),
            ("*", "{% if 'x' * 99999999 %}x{% endif %}"),
            ("**", "{{ 9 ** 9 }}"),
            ("for", "{% for x in [1, 2] %}x{% endfor %}"),
            ("set", "{% set x = 'a' ~ 'a' %}"),
            ("macro", "{%- macro x() -%}{%- endmacro %}"),
            ("filter", "{% filter upper %}x{% endfilter %}"),
        ] {
            let refusal = refused("a", body);
            assert_eq!(refusal.code, "template_forbidden");
            assert_eq!(refusal.params, [("what", what.to_owned())]);
        }
        assert_eq!(refused("a", "{{ link|replace('e', 'eeee') }}").code, "template_wrong");
        assert_eq!(refused("a", "{{ range(9) }}").code, "template_wrong");
        let chosen = "2 * 2 {# * #}{% if count == '3' %}{{ link|upper }}{% else %}none{% endif %}";
        assert!(preview(DIGEST, &wording("a", chosen)).unwrap().body.starts_with("2 * 2 "));
        assert_eq!(refused("{{", "b").field.as_deref(), Some("subject"));
        assert_eq!(refused(" ", "b").code, "required");
        let injected = preview(DIGEST, &wording("a\r\nBcc: x@y.z", "b")).unwrap();
        assert_eq!(injected.subject, "a Bcc: x@y.z");
    }
}
