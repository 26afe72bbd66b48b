/** What every page for the public has in common: its policy towards the browser, its head, its looks. No script. */
import { html } from "hono/html";
import { NONCE, secureHeaders } from "hono/secure-headers";
import type { Child } from "hono/jsx";

export const strict = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", NONCE],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  },
});

const style = `
:root { color-scheme: light dark; --text: #1c2430; --quiet: #566070; --line: #d7dce3; --back: #fff; --link: #1554b0; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6eaf0; --quiet: #a7b1bf; --line: #38414e; --back: #14181e; --link: #8ab8ff; }
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
address { font-style: normal; white-space: pre-line; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { main { padding: 0; max-width: none; } }
`;

/** A whole page. `title` is escaped, as is everything that is not markup of ours. */
export const page = (title: string, children: Child) =>
  html`<!doctype html>${(
      <html lang="en-GB">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <link rel="icon" href="data:," />
          <title>{title}</title>
          <style
            // A constant of this file.
            dangerouslySetInnerHTML={{ __html: style }}
          />
        </head>
        <body>
          <main>{children}</main>
        </body>
      </html>
    )}`;
