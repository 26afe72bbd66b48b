/**
 * "Can I call this number?", asked outside the sites that are turned on: by the menu of a selected text, and in the
 * address bar behind the keyword `dial`. The popup answers, with the number in its field.
 */
import { inLanguage } from "../../../shared/texts/language.ts";
import { sayReason, sayVerdict, textsFor } from "../../../shared/texts/check/verdicts.ts";
import { popupTexts } from "../../../shared/texts/popup/popup.ts";
import { judgeChecked, titleOfChecked } from "../../checked-number.ts";
import type { Answer } from "../../messages.ts";
import type { CachedStorage } from "../storage.ts";

const { anywhere: words } = inLanguage(popupTexts, navigator.language);
const KEY = "asked";
const MENU = "ask-number";
/** The popup shows what was asked within this time; older text is not what it was opened for. */
const ASKED_MS = 60_000;
/** Characters that are kept of a text: more than numbers have. */
const MOST_TEXT = 1000;
/** Chrome shows no more suggestions. */
const MOST_SUGGESTED = 4;

interface Asked {
  text: string;
  at: number;
}

export interface AnywhereDeps {
  session: Pick<CachedStorage, "get" | "set" | "remove">;
  now: () => number;
  lookUp: (text: string) => Promise<Answer<"ui.check">>;
  /** Opens the popup; a window of its own where Chrome cannot. */
  open: () => Promise<void>;
}

export interface Suggestion {
  /** What choosing it puts into the address bar. */
  content: string;
  /** Chrome parses it as XML. */
  description: string;
}

export function openAnywhere({ session, now, lookUp, open }: AnywhereDeps) {
  return {
    async ask(text: string): Promise<void> {
      const asked: Asked = { text: text.trim().slice(0, MOST_TEXT), at: now() };
      session.set(KEY, asked);
      await open();
    },
    /** What was asked within ASKED_MS, once; else null. */
    take(): string | null {
      const asked = session.get<Asked>(KEY);
      session.remove(KEY);
      return asked && now() - asked.at < ASKED_MS ? asked.text : null;
    },
    /** One suggestion for each number in a text: its verdict, and the first reason unless it is clear. */
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
    /** What the address bar says until a number can be read. */
    hint: escaped(words.omnibox),
  };
}

export type Anywhere = ReturnType<typeof openAnywhere>;

/** Opens the popup at its button; in a window of its own where Chrome refuses that. */
export async function openPopup(): Promise<void> {
  const inWindow = { url: "popup.html", type: "popup", width: 400, height: 640 } as const;
  await chrome.action.openPopup().catch(() => chrome.windows.create(inWindow));
}

/** Adds the listeners for menu and address bar. They act once `ready`, when storage has been read. */
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
