/**
 * "Can I call this number?", asked outside the pages that are turned on: of a selected text, by its menu, and of what is
 * typed into the address bar behind the keyword. The popup answers, with the number in its field.
 */
import { inLanguage } from "../../../shared/texts/language.ts";
import { sayReason, sayVerdict, textsFor } from "../../../shared/texts/check/verdicts.ts";
import { uiTexts } from "../../../shared/texts/popup/popup.ts";
import { judgeChecked, titleOfChecked } from "../../checked-number.ts";
import type { Answer } from "../../messages.ts";
import type { Shelf } from "../storage.ts";

const { anywhere: words } = inLanguage(uiTexts, navigator.language);
const KEY = "asked";
const MENU = "ask-number";
/** What was asked longer ago is not what the popup is opened for now. */
const ASKED_MS = 60_000;
/** More text than numbers have. */
const MOST_TEXT = 1000;
/** Chrome shows no more, and more than a few numbers are no question. */
const MOST_SUGGESTED = 4;

interface Asked {
  text: string;
  at: number;
}

export interface AnywhereDeps {
  session: Pick<Shelf, "get" | "set" | "remove">;
  now: () => number;
  lookUp: (text: string) => Promise<Answer<"ui.check">>;
  /** Opens the popup; a window of its own where Chrome cannot. */
  open: () => Promise<void>;
}

export interface Suggestion {
  /** What the address bar takes over when it is chosen. */
  content: string;
  /** Chrome reads it as XML. */
  description: string;
}

export function openAnywhere({ session, now, lookUp, open }: AnywhereDeps) {
  return {
    async ask(text: string): Promise<void> {
      const asked: Asked = { text: text.trim().slice(0, MOST_TEXT), at: now() };
      session.set(KEY, asked);
      await open();
    },
    /** What was asked, once. */
    take(): string | null {
      const asked = session.get<Asked>(KEY);
      session.remove(KEY);
      return asked && now() - asked.at < ASKED_MS ? asked.text : null;
    },
    /** A line for each number in a text: its verdict, and the first reason. */
    async suggest(text: string, language: string): Promise<Suggestion[]> {
      const texts = textsFor(language);
      const answer = text.trim() === "" ? null : await lookUp(text.slice(0, MOST_TEXT)).catch(() => null);
      if (!answer?.ok) return [];
      const { context } = answer;
      return answer.numbers
        .filter(({ e164, readings }) => e164 !== null || readings.length > 0)
        .slice(0, MOST_SUGGESTED)
        .map((number) => {
          const decision = judgeChecked(number, context, now());
          const [reason] = decision.reasons;
          const { lists } = context.stamp;
          const said = [
            `${titleOfChecked(texts, number)}: ${sayVerdict(texts, decision, lists)}.`,
            decision.verdict !== "clear" && reason ? sayReason(texts, reason, lists) : "",
          ];
          return { content: number.written, description: escaped(said.join(" ").trim()) };
        });
    },
    /** What the address bar says before a number can be read. */
    hint: escaped(words.omnibox),
  };
}

export type Anywhere = ReturnType<typeof openAnywhere>;

/** The popup by its button; a window of its own where Chrome opens none by script. */
export async function openPopup(): Promise<void> {
  const inWindow = { url: "popup.html", type: "popup", width: 400, height: 640 } as const;
  await chrome.action.openPopup().catch(() => chrome.windows.create(inWindow));
}

/** Hears what is asked. `ready`: what is kept has been read. */
export function listenAnywhere(anywhere: Anywhere, ready: Promise<unknown>): void {
  const { contextMenus, omnibox } = chrome;
  const suggestFirst = (description = anywhere.hint) => void omnibox.setDefaultSuggestion({ description });
  chrome.runtime.onInstalled.addListener(() =>
    contextMenus.removeAll(() => {
      contextMenus.create({ id: MENU, title: words.menu, contexts: ["selection"] });
    }),
  );
  contextMenus.onClicked.addListener(({ menuItemId, selectionText }) => {
    if (menuItemId === MENU && selectionText) void ready.then(() => anywhere.ask(selectionText));
  });
  omnibox.onInputStarted.addListener(() => suggestFirst());
  omnibox.onInputChanged.addListener((text, suggest) => {
    void ready
      .then(() => anywhere.suggest(text, navigator.language))
      .then(([first, ...others]) => {
        suggestFirst(first?.description);
        suggest(others);
      });
  });
  omnibox.onInputEntered.addListener((text) => void ready.then(() => anywhere.ask(text)));
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
