//! Colours and letters of the drawings, for light and for dark.

/// The colours by name; a page that shows drawings takes them over.
pub const COLOURS: &str = "\
:root{--paper:#fff;--ink:#1a1f26;--quiet:#5b6672;--line:#e3e7ec;--mark:#0f766e;--mark-soft:#99d5cd;--other:#b4540a;--panel:#f6f8f9}\
@media (prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e8ecf0;--quiet:#9aa6b2;--line:#2b333b;--mark:#4fd1c1;\
--mark-soft:#1f5a54;--other:#f0a35e;--panel:#1b2127}}";

/// How the parts of a drawing look.
pub const STYLE: &str = "\
.chart{font:13px/1.3 system-ui,-apple-system,'Segoe UI',sans-serif;color:var(--ink)}\
.chart text{fill:currentColor}.chart .quiet{fill:var(--quiet)}.chart .name{font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}\
.chart .head{font-size:19px;font-weight:650}.chart .paper{fill:var(--paper)}\
.chart .grid{stroke:var(--line);stroke-width:1}.chart .axis{stroke:var(--quiet);stroke-width:1}\
.chart .frontier{fill:none;stroke:var(--mark-soft);stroke-width:2.5;stroke-linejoin:round}\
.chart .whisker{stroke:var(--mark);stroke-width:1.5;opacity:.55}.chart .leader{stroke:var(--quiet);stroke-width:1;opacity:.7}\
.chart .best{fill:var(--mark);stroke:var(--paper);stroke-width:1.5}\
.chart .rest{fill:var(--paper);stroke:var(--mark);stroke-width:2}\
.chart .line{fill:none;stroke:var(--mark);stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}\
.chart .other{stroke:var(--other);stroke-width:1.5;stroke-dasharray:5 4;fill:none}.chart .other-name{fill:var(--other)}\
.chart .fill{fill:var(--mark-soft)}.chart .ring{fill:none;stroke:var(--ink);stroke-width:1.5}";
