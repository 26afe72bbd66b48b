/** A template and its values as a mail: plain text, and the same as HTML. */
import {
  type Letter,
  mailEn,
  type MailValues,
  someCompany,
  type Template,
} from "../../shared/texts/mail.en.ts";
import { fill } from "../../shared/texts/index.ts";

export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

const wordings: Record<Template, Letter | Record<string, Letter>> = mailEn;

/** Values are filled in as text: in the HTML they are escaped. Throws for a template or stage that is not there. */
export function render<T extends Template>(template: T, values: MailValues[T]): Rendered {
  const wording = wordings[template];
  const stage = "stage" in values ? values.stage : "";
  const letter = "paragraphs" in wording ? (wording as Letter) : (wording as Record<string, Letter>)[stage];
  if (!letter) throw new Error(`no wording for ${template} ${stage}`);
  const filled = { ...values, ...("company" in values && !values.company && { company: someCompany }) };
  const said = letter.paragraphs.map((p) => fill(p, filled));
  const html = (
    <html lang="en-GB">
      <body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40em">
        {letter.paragraphs.map((p, i) => {
          if (p === "{link}")
            return (
              <p>
                <a href={said[i]}>{said[i]}</a>
              </p>
            );
          if (p === "{document}") return <pre>{said[i]}</pre>;
          return <p>{said[i]}</p>;
        })}
      </body>
    </html>
  );
  return {
    subject: fill(letter.subject, filled),
    text: `${said.join("\n\n")}\n`,
    html: `<!doctype html>${String(html)}`,
  };
}
