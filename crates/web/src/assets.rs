//! Style, script, icon and fonts: compiled in, and named after their content, so that a browser may keep them for ever.

use std::borrow::Cow;
use std::sync::LazyLock;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Address from the site's root, with the hash of the content.
    pub path: String,
    /// Media type.
    pub kind: &'static str,
    /// The content.
    pub body: Cow<'static, [u8]>,
}

/// What pages load.
#[derive(Debug)]
pub struct Assets {
    /// The style sheet.
    pub css: Asset,
    /// The script.
    pub js: Asset,
    /// The icon.
    pub icon: Asset,
    /// The fonts, those that every page needs at once first.
    pub fonts: [Asset; 4],
}

impl Assets {
    /// Every file.
    pub fn all(&self) -> impl Iterator<Item = &Asset> {
        [&self.css, &self.js, &self.icon].into_iter().chain(&self.fonts)
    }
}

fn asset(name: &str, ending: &str, kind: &'static str, body: impl Into<Cow<'static, [u8]>>) -> Asset {
    let body = body.into();
    Asset { path: format!("assets/{name}-{:016x}.{ending}", hash(&body)), kind, body }
}

macro_rules! font {
    ($name:literal) => {
        asset($name, "woff2", "font/woff2", &include_bytes!(concat!("../../../site/fonts/", $name, ".woff2"))[..])
    };
}

/// The files, made once.
pub fn all() -> &'static Assets {
    static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
        let fonts =
            [font!("newsreader-600"), font!("public-sans-400"), font!("public-sans-600"), font!("newsreader-400")];
        // The style sheet names the fonts plainly; their files carry a hash.
        let mut css = include_str!("../../../site/assets/site.css").to_owned();
        for (font, name) in fonts.iter().zip(["newsreader-600", "public-sans-400", "public-sans-600", "newsreader-400"])
        {
            css = css
                .replace(&format!("url({name}.woff2)"), &format!("url({})", font.path.trim_start_matches("assets/")));
        }
        let js: &[u8] = include_bytes!("../../../site/assets/site.js");
        let icon: &[u8] = include_bytes!("../../../site/assets/icon.svg");
        Assets {
            css: asset("site", "css", "text/css; charset=utf-8", css.into_bytes()),
            js: asset("site", "js", "text/javascript; charset=utf-8", js),
            icon: asset("icon", "svg", "image/svg+xml", icon),
            fonts,
        }
    });
    &ASSETS
}

/// FNV-1a: names content, guards nothing.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_fonts_that_exist() {
        let assets = all();
        let css = String::from_utf8(assets.css.body.to_vec()).unwrap_or_default();
        let named = css.matches("url(").count();
        let known =
            assets.fonts.iter().filter(|font| css.contains(&format!("url({})", &font.path["assets/".len()..]))).count();
        assert_eq!((named, known), (4, 4));
    }

    #[test]
    fn the_script_stays_small_enough_to_read() {
        assert!(all().js.body.len() < 40_000, "{}", all().js.body.len());
    }
}
