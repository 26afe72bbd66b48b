/** The frame of the requesters' pages, and their texts in the browser's language. */
import type { Context } from "hono";
import { type Child, createContext } from "hono/jsx";
import { textsFor } from "../../../shared/texts/check/verdicts.ts";
import { inLanguage } from "../../../shared/texts/language.ts";
import { requestsPublicTexts } from "../../../shared/texts/privacy-requests/public.ts";
import type { App } from "../../env.ts";
import { page as pageOf } from "../../pages/layout.tsx";

/** For a language tag or an Accept-Language header. */
export const wordsFor = (tag: string | undefined) => ({
  ...inLanguage(requestsPublicTexts, tag),
  texts: textsFor(tag),
});
type Words = ReturnType<typeof wordsFor>;

/** The texts of the page that is being rendered. */
export const Spoken = createContext(wordsFor("en"));

/** A whole page in these texts; its parts read them by `useContext(Spoken)`. */
export const page = (title: string, children: Child, words: Words) =>
  pageOf(title, <Spoken.Provider value={words}>{children}</Spoken.Provider>, words.texts.language);

/** In place of what was asked for: why it is not there, and what else there is. */
export const instead = (
  c: Context<App>,
  title: string,
  text: string,
  status: 403 | 404,
  more: Child = null,
) =>
  c.html(
    page(
      title,
      <>
        <h1>{title}</h1>
        <p>{text}</p>
        {more && <p>{more}</p>}
      </>,
      wordsFor(c.req.header("accept-language")),
    ),
    status,
  );
