//! How pages look, on a screen, in the dark and on paper.

/// All of it; the colours are those of the drawings.
pub(super) const STYLE: &str = "\
*{box-sizing:border-box}html{scroll-padding-top:1rem}\
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}\
main,header,footer{max-width:78rem;margin:0 auto;padding:1.5rem}header{padding-bottom:0}header>p{margin:0}\
h1{font-size:2.1rem;line-height:1.2;margin:.1em 0 .5em;letter-spacing:-.02em;overflow-wrap:anywhere}\
h2{font-size:1.5rem;letter-spacing:-.01em;margin:2.5rem 0 .4rem}h3{font-size:1.15rem;margin:0;overflow-wrap:anywhere}\
h4{font-size:1rem;margin:1.4rem 0 0}h4 code{font-size:.75rem;font-weight:400;color:var(--quiet);background:var(--panel);\
border:1px solid var(--line);border-radius:4px;padding:.05rem .35rem;margin-left:.3rem}\
p{margin:.4rem 0;max-width:52rem}a{color:var(--mark)}.quiet{color:var(--quiet)}.about{margin:0 0 .6rem;font-size:.88rem}\
:focus-visible{outline:2px solid var(--mark);outline-offset:2px}\
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem;z-index:1}\
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;background:var(--line);\
border:1px solid var(--line);border-radius:12px;overflow:hidden;margin:0}\
.facts>div{background:var(--panel);padding:.8rem 1rem}dt{font-size:.8rem;color:var(--quiet)}dd{margin:0;font-size:.8rem}\
dd.value{font-size:1.25rem;font-weight:650;font-variant-numeric:tabular-nums}\
nav{display:flex;flex-wrap:wrap;gap:.4rem 1.1rem;margin:1.2rem 0 0;padding:.7rem 0;border-bottom:1px solid var(--line)}\
nav a{text-decoration:none}nav a:hover{text-decoration:underline}\
article{border:1px solid var(--line);border-radius:14px;padding:1.2rem 1.3rem 1.4rem;margin:1.2rem 0}\
.seed{display:flex;gap:1.1rem;align-items:center}.seed .picture{width:6.5rem;flex:none}.seed p{margin:.5rem 0 0}\
.detail{color:var(--quiet);font-size:.9rem;margin-left:.9rem}\
.picture{position:relative;aspect-ratio:1;background:var(--panel);border:1px solid var(--line);border-radius:10px;\
overflow:hidden;display:grid;place-items:center}.letters{font-size:1.4rem;font-weight:600;color:var(--quiet);opacity:.55}\
.picture img{position:absolute;inset:0;width:100%;height:100%;object-fit:contain;background:#fff}\
.tiles{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(7.6rem,1fr));gap:1rem .9rem}\
.tiles li{min-width:0;font-size:.84rem;line-height:1.35}.tiles p{margin:.25rem 0 0}\
.title{display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere;\
unicode-bidi:isolate;font-weight:550}.price{font-variant-numeric:tabular-nums}\
.why{color:var(--quiet);font-size:.78rem}.tiles .why{margin:0;overflow-wrap:anywhere}\
.bar{display:block;width:100%;height:4px;margin-top:.4rem;border-radius:2px}.bar .track{fill:var(--line)}.bar .fill{fill:var(--mark)}\
.nothing{margin-top:1.4rem;color:var(--quiet);background:var(--panel);border-radius:8px;padding:.7rem .9rem;font-size:.9rem}\
.index{list-style:none;margin:1rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(5rem,1fr));gap:.8rem}\
.index a{color:inherit;text-decoration:none;font-size:.75rem;line-height:1.3;display:block}\
.index span[lang]{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;margin-top:.25rem}\
.index a:hover{text-decoration:underline}\
.badge{display:inline-block;font-size:.76rem;font-weight:600;border-radius:99px;padding:.08rem .6rem;border:1px solid;white-space:nowrap}\
.pass{color:#0b6b3a;border-color:#0b6b3a55;background:#0b6b3a14}.warn{color:#8a5300;border-color:#8a530055;background:#8a530014}\
.fail{color:#a6232d;border-color:#a6232d55;background:#a6232d14}.cold{color:#1d55a5;border-color:#1d55a555;background:#1d55a514}\
.off,.plain{color:var(--quiet);border-color:var(--line);background:var(--panel)}\
@media (prefers-color-scheme:dark){.pass{color:#6fd9a0}.warn{color:#f0b35e}.fail{color:#ff9aa2}.cold{color:#93bdf7}}\
.plot{max-width:60rem;margin:1rem 0}.plot svg{display:block;width:100%;height:auto}\
.curves{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1.2rem;margin-top:1rem}\
.curves svg{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:12px;padding:.7rem}\
.span{display:block;width:184px;height:20px}.span .dash{stroke:var(--other);stroke-width:2.5}.drawn{min-width:9rem;vertical-align:middle}\
.figure{font-weight:600;white-space:nowrap}.drawn .bar{height:8px;margin:.5rem 0 0}\
.wide{overflow-x:auto;margin:1rem 0}\
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}\
caption{text-align:left;color:var(--quiet);padding:.3rem 0}\
th,td{text-align:left;padding:.5rem .9rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}\
thead th{font-weight:600;color:var(--quiet);white-space:nowrap}tbody th{font-weight:600}td{min-width:4rem}\
summary{cursor:pointer;color:var(--mark)}footer{border-top:1px solid var(--line);margin-top:2rem;font-size:.88rem}\
@media print{nav,.skip,.index{display:none}body{font-size:11pt}article{break-inside:auto}.shelf,.tiles li,.curves svg,tr{break-inside:avoid}\
.tiles{grid-template-columns:repeat(8,1fr)}h2,h3,h4{break-after:avoid}.picture,.badge,.bar{print-color-adjust:exact}}";
