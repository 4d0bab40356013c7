//! From what waits in the outbox to what is read: marks filled, and the same as HTML.

use app::answer::message::{CHOICES, HOME, TOKEN};
use domain::id::TenantId;
use jiff::Timestamp;
use store::answer::message::Message;

use super::Outgoing;

/// Fills the marks. `token` is the invitation's, made for this sending.
pub fn fill(
    tenant: TenantId,
    slug: &str,
    message: Message,
    home: &str,
    token: Option<&str>,
    now: Timestamp,
) -> Outgoing {
    let home = home.trim_end_matches('/');
    let page = |room: &str| token.map(|it| format!("{home}/{room}/{slug}/{it}"));
    let (link, opt_out) = (page("i"), page("o"));
    let fill = |text: &str| text.replace(HOME, home).replace(TOKEN, token.unwrap_or_default());
    let body = fill(&message.body);
    let picks = link.as_deref().map_or(String::new(), |it| picks(&message, it));
    let text: Vec<&str> = body.lines().filter(|it| it.trim() != CHOICES).collect();
    let text = text.join("\n").replace("\n\n\n", "\n\n");
    let html = html(&body, &picks, &message);
    Outgoing { tenant, message, now, text, html, link, opt_out }
}

/// The first question's answers as links. Each only opens the page with that answer picked.
fn picks(message: &Message, link: &str) -> String {
    let pick = |it: &store::answer::message::Choice| {
        format!(
            "<a href=\"{}?q={}\" style=\"display:inline-block;margin:4px;padding:12px 14px;\
             border:1px solid #8a8f98;border-radius:6px;text-decoration:none;color:#14539a\">{}</a>",
            escape(link),
            escape(&it.value),
            escape(&it.label)
        )
    };
    message.choices.iter().map(pick).collect()
}

/// Plain text as HTML: paragraphs, line breaks, links.
fn html(body: &str, picks: &str, message: &Message) -> String {
    let paragraph = |text: &str| {
        if text.trim() == CHOICES {
            return if picks.is_empty() { String::new() } else { format!("<p>{picks}</p>") };
        }
        let lines: Vec<String> = text.lines().map(line).collect();
        format!("<p>{}</p>", lines.join("<br>"))
    };
    let paragraphs: Vec<String> = body.split("\n\n").map(paragraph).collect();
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
         <body style=\"font-family:sans-serif;font-size:16px;line-height:1.6;color:#1f2328;\
         max-width:600px;margin:0 auto;padding:16px\">{}</body></html>",
        message.language.tag(),
        escape(&message.subject),
        paragraphs.concat()
    )
}

/// A line with its addresses as links.
fn line(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|it| rest.find(it)).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|it: char| it.is_whitespace() || "，。；）".contains(it));
        let (address, after) = from.split_at(end.unwrap_or(from.len()));
        let address = escape(address);
        out.push_str(&escape(before));
        out.extend(["<a href=\"", &address, "\">", &address, "</a>"]);
        rest = after;
    }
    out + &escape(rest)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            it => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_escaped_and_its_addresses_become_links() {
        assert_eq!(
            line("看 https://a.cn/i?x=1&y=<b>，谢谢"),
            "看 <a href=\"https://a.cn/i?x=1&amp;y=&lt;b&gt;\">https://a.cn/i?x=1&amp;y=&lt;b&gt;</a>，谢谢"
        );
        assert_eq!(line("<script>'"), "&lt;script&gt;&#39;");
    }
}
