//! What on a page is not the notice: navigation, consent banners, comments, related links.
//!
//! Names of classes are only a hint. What a hint marks is left out when it is a minor part of the page,
//! never when it holds the main heading or most of the words.

use scraper::node::Element;

/// How sure it is that an element is not the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Part of the notice, as far as its tag tells.
    Keep,
    /// Never text for readers.
    Drop,
    /// Left out unless the main heading or most of the page stands in it.
    DropIfMinor,
}

/// Elements without text for readers, or with machinery only.
const NEVER_TEXT: &[&str] = &[
    "script", "style", "template", "noscript", "svg", "math", "button", "select", "textarea", "iframe", "object",
    "audio", "video", "canvas", "head", "datalist", "dialog",
];
/// Elements around the content.
const AROUND: &[&str] = &["nav", "footer", "aside", "form", "header"];
const ROLES: &[&str] =
    &["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar"];
/// Whole names of a class or id.
const NAMES: &[&str] = &[
    "toc",
    "navbox",
    "catlinks",
    "mw-editsection",
    "mw-jump-link",
    "jump-to-nav",
    "sitesub",
    "contentsub",
    "printfooter",
    "mw-navigation",
    "mw-hidden-catlinks",
    "skip-link",
    "skiplink",
    "sr-only",
    "visually-hidden",
    "screen-reader-text",
    "respond",
    "tags",
    "post-tags",
    "post-meta-tags",
    "addtoany",
    "sharedaddy",
    "jp-relatedposts",
    "nav",
    "navbar",
    "menu",
    "footer",
    "pagination",
    "pager",
    "onetrust-consent-sdk",
    "author-box",
    "authorbox",
    "about-author",
    "author-bio",
    "author-info",
    "post-author",
    "print-only",
    "disqus_thread",
];
/// Words of a class or id, between hyphens and underscores.
const WORDS: &[&str] = &[
    "cookie",
    "cookies",
    "consent",
    "gdpr-banner",
    "breadcrumb",
    "breadcrumbs",
    "comment",
    "comments",
    "commentlist",
    "share",
    "sharing",
    "social",
    "related",
    "sidebar",
    "newsletter",
    "subscribe",
    "subscription",
    "promo",
    "advert",
    "advertisement",
    "ads",
    "recommended",
    "tagcloud",
    "widget",
    "popup",
    "modal",
    "toolbar",
    "tarteaucitron",
];
/// Words with which a class says something about the page's layout rather than what the element is.
const LAYOUT: &[&str] =
    &["has", "no", "with", "without", "is", "js", "page", "template", "layout", "body", "wpb", "enable"];

/// What an element's tag, role, class and id say.
pub fn verdict(element: &Element) -> Verdict {
    let name = element.name();
    if NEVER_TEXT.contains(&name) || element.attr("hidden").is_some_and(|value| value != "until-found") {
        return Verdict::Drop;
    }
    if element.attr("style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        style.to_ascii_lowercase().contains("display:none")
    }) {
        return Verdict::DropIfMinor;
    }
    if matches!(name, "html" | "body" | "main" | "article") {
        return Verdict::Keep;
    }
    let role = element.attr("role").is_some_and(|role| ROLES.contains(&role.trim()));
    if role || AROUND.contains(&name) || names_boilerplate(element) { Verdict::DropIfMinor } else { Verdict::Keep }
}

fn names_boilerplate(element: &Element) -> bool {
    element.classes().chain(element.id()).any(|token| {
        let token = token.to_ascii_lowercase();
        if NAMES.contains(&token.as_str()) {
            return true;
        }
        let mut words = token.split(['-', '_']).filter(|word| !word.is_empty()).peekable();
        if words.peek().is_some_and(|first| LAYOUT.contains(first)) {
            return false;
        }
        words.any(|word| WORDS.contains(&word))
    })
}

/// Headings and lone lines after which nothing of the notice follows.
const ENDS: &[&str] = &[
    "about the author",
    "about the authors",
    "leave a reply",
    "leave a comment",
    "leave a reply cancel reply",
    "post a comment",
    "add a comment",
    "write a comment",
    "cancel reply",
    "join the conversation",
    "à propos de l'auteur",
    "à propos de l’auteur",
    "laisser un commentaire",
    "laisser une réponse",
    "ajouter un commentaire",
    "poster un commentaire",
];
/// Headings of a section that is not part of the notice, up to the next heading.
const SECTIONS: &[&str] = &[
    "related posts",
    "related articles",
    "related news",
    "related content",
    "related stories",
    "related",
    "read more",
    "more news",
    "latest news",
    "recent posts",
    "popular posts",
    "you may also like",
    "you might also like",
    "recommended",
    "recommended for you",
    "share this",
    "share this article",
    "share this page",
    "share",
    "comments",
    "tags",
    "categories",
    "newsletter",
    "subscribe to our newsletter",
    "follow us",
    "articles similaires",
    "articles liés",
    "à lire aussi",
    "lire aussi",
    "sur le même sujet",
    "partager",
    "partager cet article",
    "commentaires",
    "mots-clés associés",
    "les mots clés associés à cet article",
];
/// Beginnings of sentences that sites put at the end of every page.
const TAIL: &[&str] = &[
    "we use cookies",
    "this site uses cookies",
    "this website uses cookies",
    "by continuing to use this",
    "by continuing to browse",
    "ce site utilise des cookies",
    "nous utilisons des cookies",
    "en poursuivant votre navigation",
    "your email address will not be published",
    "required fields are marked",
    "save my name, email",
    "this site uses akismet",
    "notify me of",
    "votre adresse e-mail ne sera pas publiée",
    "les champs obligatoires",
    "enregistrer mon nom",
    "share on ",
    "share this",
    "tweet this",
    "follow us on",
    "partager sur",
    "all rights reserved",
    "tous droits réservés",
    "copyright ©",
    "© ",
    "accept all cookies",
    "cookie settings",
    "privacy policy",
    "terms of use",
    "back to top",
    "haut de page",
    "log in to reply",
    "subscribe to our newsletter",
    "sign up for our newsletter",
    "comments are closed",
    "name *",
    "email *",
    "website",
    "post comment",
    "mentions légales",
];

fn normal(text: &str) -> String {
    text.trim().trim_end_matches([':', '.', '…']).trim_end().to_lowercase()
}

/// Whether a lone line says that the notice is over.
pub fn ends_notice(line: &str) -> bool {
    line.len() <= 60 && ENDS.contains(&normal(line).as_str())
}

/// Whether a heading opens a section that is not part of the notice.
pub fn heads_other_section(heading: &str) -> bool {
    heading.len() <= 60 && SECTIONS.contains(&normal(heading).as_str())
}

/// Whether a block at the very end is a site's standing sentence.
pub fn is_tail(text: &str) -> bool {
    let text = normal(text);
    text.chars().count() <= 400 && TAIL.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> Verdict {
        let page = scraper::Html::parse_fragment(html);
        let root = page.root_element();
        let first = root.child_elements().next().expect("an element");
        verdict(first.value())
    }

    #[test]
    fn classes_hint_and_layout_words_do_not() {
        for (html, expected) in [
            ("<nav>x</nav>", Verdict::DropIfMinor),
            ("<div class='cookie-banner'>x</div>", Verdict::DropIfMinor),
            ("<div id='comments'>x</div>", Verdict::DropIfMinor),
            ("<div role=navigation>x</div>", Verdict::DropIfMinor),
            ("<div class='post has-sidebar'>x</div>", Verdict::Keep),
            ("<div class='no-comments'>x</div>", Verdict::Keep),
            ("<div class='commentary'>x</div>", Verdict::Keep),
            ("<article class='related'>x</article>", Verdict::Keep),
            ("<script>x</script>", Verdict::Drop),
            ("<div hidden>x</div>", Verdict::Drop),
            ("<p style='display : none'>x</p>", Verdict::DropIfMinor),
        ] {
            assert_eq!(of(html), expected, "{html}");
        }
    }

    #[test]
    fn lines_that_end_a_notice() {
        assert!(ends_notice("Leave a Reply"));
        assert!(ends_notice("About the author:"));
        assert!(!ends_notice("About the author of the breach"));
        assert!(heads_other_section("Related posts"));
        assert!(!heads_other_section("Comment"));
        assert!(is_tail("© 2024 Example Press. All rights reserved."));
        assert!(!is_tail("The company used cookies without consent."));
    }
}
