/** The page's look; it has no other resource. Contrast of text is at least 4.5 : 1 in both schemes. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fff; --raised: #f5f6f8; --text: #1c2128; --quiet: #57606a; --line: #d8dee4; --link: #0b5cad;
  --get: #0b5cad; --post: #1a6f37; --put: #8a5300; --delete: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --raised: #1d2128; --text: #e6e9ee; --quiet: #a0a9b5; --line: #333a44;
  --link: #7cb7ff; --get: #7cb7ff; --post: #6fd08c; --put: #e5b567; --delete: #ff8f87; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem 1rem; z-index: 1; }
.layout { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 3rem 1.5rem; border-right: 1px solid var(--line);
  background: var(--raised); font-size: .875rem; }
nav .title { font-size: 1.1rem; font-weight: 650; margin: 0 0 .75rem; }
nav .title a { color: inherit; text-decoration: none; }
nav h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); margin: 1.4rem 0 .35rem; }
nav h2 a { color: inherit; text-decoration: none; }
nav h2 a:hover { color: var(--link); text-decoration: underline; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: grid; grid-template-columns: 3.4rem 1fr; gap: .5rem; align-items: baseline; padding: .2rem 0; color: inherit; text-decoration: none; line-height: 1.35; }
nav li.plain a { display: block; overflow-wrap: anywhere; }
nav li a:hover { color: var(--link); text-decoration: underline; }
main { padding: 2rem clamp(1rem, 4vw, 4rem) 6rem; max-width: 62rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.4rem; margin: 3.5rem 0 .25rem; text-transform: none; }
h3 { font-size: 1.12rem; margin: 0 0 .25rem; }
h4 { font-size: .9rem; margin: 1.25rem 0 .4rem; }
p { margin: .5rem 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Consolas, monospace; font-size: .875em; }
p code, td code, dd code { overflow-wrap: anywhere; }
.version, .aside, .limits, .type { color: var(--quiet); font-size: .875rem; }
.aside { font-size: .8125rem; }
.type + .limits::before { content: '· '; }
.operation, .schema { border-top: 1px solid var(--line); padding: 1.75rem 0 1rem; }
.anchor { visibility: hidden; text-decoration: none; color: var(--quiet); }
h3:hover .anchor, .anchor:focus { visibility: visible; }
.address { font-size: 1rem; }
.method { display: inline-block; font: 600 .72rem/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; letter-spacing: .03em; color: var(--link); }
.address .method { border: 1px solid currentColor; border-radius: .25rem; padding: 0 .4rem; margin-right: .25rem; }
.method.get { color: var(--get); } .method.post { color: var(--post); } .method.put, .method.patch { color: var(--put); }
.method.delete { color: var(--delete); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 500; }
tbody th { font-weight: 400; white-space: nowrap; }
td:last-child { width: 100%; overflow-wrap: anywhere; }
.needed { color: var(--delete); font-size: .75rem; margin-left: .5rem; }
.answers { display: grid; grid-template-columns: 3.5rem 1fr; gap: .35rem .5rem; margin: .25rem 0; font-size: .9rem; }
.answers dt, .answers dd { margin: 0; }
.status { font-family: ui-monospace, SFMono-Regular, Consolas, monospace; font-weight: 600; }
summary { cursor: pointer; color: var(--quiet); font-size: .9rem; padding: .25rem 0; }
figure { margin: .5rem 0 1rem; }
figcaption { font-size: .75rem; color: var(--quiet); margin-bottom: .2rem; }
pre { margin: 0; padding: .8rem 1rem; overflow: auto; max-height: 26rem; background: var(--raised); border: 1px solid var(--line); border-radius: .4rem; line-height: 1.45; }
@media (max-width: 60rem) {
  .layout { display: block; }
  nav { position: static; height: auto; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
}
@media print {
  nav, .skip, .anchor { display: none; } .layout { display: block; } main { max-width: none; } pre { max-height: none; white-space: pre-wrap; }
}
`;
