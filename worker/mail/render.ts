/** Renders a template with its values as a mail: plain text, and the same as HTML. */
import { html } from "hono/html";
import { fill } from "../../shared/texts/language.ts";
import {
  type Letter,
  mailEn,
  type MailValues,
  someCompany,
  type Template,
} from "../../shared/texts/mail/mail.en.ts";

export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

const wordings: Record<Template, Letter | Record<string, Letter>> = mailEn;
const isLetter = (wording: Letter | Record<string, Letter>): wording is Letter => "paragraphs" in wording;

/** Escapes values in the HTML. Throws for an unknown template or stage. */
export function render<T extends Template>(template: T, values: MailValues[T]): Rendered {
  const wording = wordings[template];
  const letter = isLetter(wording) ? wording : wording["stage" in values ? values.stage : ""];
  if (!letter) throw new Error(`no wording for ${template}`);
  const filled = { ...values, ...("company" in values && !values.company && { company: someCompany }) };
  const said = letter.paragraphs.map((p) => fill(p, filled));
  const body = letter.paragraphs.map((p, i) => {
    if (p === "{link}") return html`<p><a href="${said[i]}">${said[i]}</a></p>`;
    if (p === "{document}") return html`<pre>${said[i]}</pre>`;
    return html`<p>${said[i]}</p>`;
  });
  const page = html`<html lang="en-GB">
    <body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40em">
      ${body}
    </body>
  </html>`;
  return {
    subject: fill(letter.subject, filled),
    text: `${said.join("\n\n")}\n`,
    html: `<!doctype html>${page as string}`,
  };
}
