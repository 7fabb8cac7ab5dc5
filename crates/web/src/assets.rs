//! Style, script and icon: compiled in, and named after their content, so that a browser may keep them for ever.

use std::sync::LazyLock;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Address from the site's root, with the hash of the content.
    pub path: String,
    /// Media type.
    pub kind: &'static str,
    /// The content.
    pub body: &'static str,
}

/// The style sheet, the script and the icon, in this order.
pub fn all() -> &'static [Asset; 3] {
    static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
        let asset = |name: &str, ending: &str, kind, body: &'static str| Asset {
            path: format!("assets/{name}-{:016x}.{ending}", hash(body.as_bytes())),
            kind,
            body,
        };
        [
            asset("site", "css", "text/css; charset=utf-8", include_str!("../../../site/assets/site.css")),
            asset("site", "js", "text/javascript; charset=utf-8", include_str!("../../../site/assets/site.js")),
            asset("icon", "svg", "image/svg+xml", include_str!("../../../site/assets/icon.svg")),
        ]
    });
    &ASSETS
}

/// FNV-1a: names content, guards nothing.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
