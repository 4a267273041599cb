//! How pages look, on a screen, in the dark and on paper.

/// All of it; the colours are those of the drawings.
pub(super) const STYLE: &str = "\
*{box-sizing:border-box}html{scroll-padding-top:1rem}\
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}\
main{max-width:74rem;margin:0 auto;padding:1.5rem}\
h1{font-size:1.9rem;line-height:1.2;margin:.2em 0}.quiet{color:var(--quiet)}\
.plot{max-width:60rem;margin:1rem 0}.plot svg{display:block;width:100%;height:auto}\
.wide{overflow-x:auto;margin:1rem 0}.wide:focus-visible{outline:2px solid var(--mark);outline-offset:2px}\
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}\
caption{text-align:left;color:var(--quiet);padding:.3rem 0}\
th,td{text-align:left;padding:.45rem .8rem .45rem 0;border-bottom:1px solid var(--line);vertical-align:top}\
thead th{font-weight:600;color:var(--quiet)}tbody th{font-weight:600}";
