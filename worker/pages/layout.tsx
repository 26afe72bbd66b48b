/** Shared by all public pages: security headers, head and style sheet. No script, but for the three that say so. */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { Child } from "hono/jsx";
import { textsFor } from "../../shared/texts/check/verdicts.ts";

const style = `
:root { color-scheme: light dark; --text: #1c2430; --quiet: #566070; --line: #d7dce3; --back: #fff; --link: #1554b0; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6eaf0; --quiet: #a7b1bf; --line: #38414e; --back: #14181e; --link: #8ab8ff; --wrong: #ff8a80; }
}
body { font: 17px/1.6 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0; }
main { max-width: 42rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }
p, ul, ol { margin: .5rem 0; }
a { color: var(--link); }
.quiet { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 1rem 0; padding: 1rem 0; border-block: 1px solid var(--line); }
dt { color: var(--quiet); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; line-height: 1.4; margin: 1rem 0; }
th, td { text-align: start; vertical-align: top; padding: .25rem .6rem .25rem 0; border-block-end: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; }
.figure { text-align: end; font-variant-numeric: tabular-nums; }
address { font-style: normal; white-space: pre-line; }
form { margin: 1.5rem 0; }
fieldset { border: 0; margin: 0 0 1.4rem; padding: 0; }
legend, label { font-weight: 600; padding: 0; }
.field { margin: 0 0 1.4rem; }
.field label, .hint, .wrong { display: block; }
.choice { display: flex; gap: .6rem; align-items: baseline; padding: .25rem 0; }
.choice label { font-weight: 400; }
.hint { color: var(--quiet); font-size: .94rem; }
.wrong { color: var(--wrong); font-weight: 600; }
input:not([type=radio]), textarea { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--quiet); border-radius: 6px; padding: .55rem .7rem; width: 100%; box-sizing: border-box; margin-top: .3rem; }
input[type=radio] { width: 1.1rem; height: 1.1rem; accent-color: var(--link); }
input[type=time] { width: auto; }
[aria-invalid=true] { border: 2px solid var(--wrong); }
button { font: inherit; font-weight: 600; color: var(--back); background: var(--link); border: 0; border-radius: 6px; padding: .7rem 1.3rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.notice { border-inline-start: 4px solid var(--link); padding: .2rem 0 .2rem 1rem; margin: 1.2rem 0; }
.letter { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 6px; padding: 1rem; }
.trap { position: absolute; left: -100vw; width: 1px; height: 1px; overflow: hidden; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print {
  :root { --text: #000; --quiet: #333; --line: #999; --back: #fff; --link: #000; }
  body { font-size: 11pt; }
  main { padding: 0; max-width: none; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  li, dl, address, tr { break-inside: avoid; }
  form, nav { display: none; }
}
`;

const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  // Only our own style sheet, by its hash.
  styleSrc: [`'sha256-${btoa(String.fromCharCode(...sha256(utf8ToBytes(style))))}'`],
  imgSrc: ["'self'", "data:"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
};
export const strict = secureHeaders({ contentSecurityPolicy });
/** For Swagger UI from our own origin, which writes inline styles. */
export const strictReader = secureHeaders({
  contentSecurityPolicy: {
    ...contentSecurityPolicy,
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    connectSrc: ["'self'"],
  },
});
/** For a page with a script of our own, which asks this origin alone. */
export const strictSetUp = secureHeaders({
  contentSecurityPolicy: {
    ...contentSecurityPolicy,
    ...{ connectSrc: ["'self'"], scriptSrc: ["'self'"], workerSrc: ["'self'"] },
  },
});
/**
 * For a page with a form. Its address may contain a secret, so no other origin gets a referrer; with `no-referrer`, a
 * browser would send the form with `Origin: null`.
 */
const forForms = { ...contentSecurityPolicy, formAction: ["'self'"] };
export const strictForm = secureHeaders({
  contentSecurityPolicy: forForms,
  referrerPolicy: "same-origin",
});
/** The same with a script of our own. */
export const strictFormScript = secureHeaders({
  contentSecurityPolicy: { ...forForms, scriptSrc: ["'self'"] },
  referrerPolicy: "same-origin",
});

/** A whole page. Escapes `title`, and JSX escapes all values in `children`. */
export const page = (title: string, children: Child, language = textsFor("en").language) =>
  html`<!doctype html>${(
      <html lang={language}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <link rel="icon" href="data:," />
          <title>{title}</title>
          <style>{style}</style>
        </head>
        <body>
          <main>{children}</main>
        </body>
      </html>
    )}`;
