/** What our own pages share: their texts, their title and language, and live answers of the background. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Role } from "../../shared/people/api.ts";
import { inLanguage } from "../../shared/texts/language.ts";
import { textsFor } from "../../shared/texts/check/verdicts.ts";
import { optionsTexts } from "../../shared/texts/options/options.ts";
import { roleTexts } from "../../shared/texts/people/roles.ts";
import { popupTexts } from "../../shared/texts/popup/popup.ts";
import { welcomeTexts } from "../../shared/texts/welcome/welcome.ts";

export const texts = textsFor(navigator.language);
export const ui = inLanguage(popupTexts, navigator.language);
export const options = inLanguage(optionsTexts, navigator.language);
export const roles = inLanguage(roleTexts, navigator.language);
export const welcome = inLanguage(welcomeTexts, navigator.language);

/** Sets the page's language and title: Plasmo's pages have no language. */
export function head(title: string) {
  document.documentElement.lang = texts.language;
  document.title = title;
}

/** Who may change the policy. The Worker checks this too. */
export const mayChangePolicy = (role: Role | undefined): boolean => role === "manager" || role === "admin";

/** Storage keys of unsaved policy changes. A change of these does not change what our pages show. */
export const DRAFT = "draft:";

/** Opens the desk in a new tab, at a page such as `/policy`. */
export const openDesk = (path = "/") =>
  void chrome.tabs.create({ url: chrome.runtime.getURL(`tabs/desk.html#${path}`) });

/** When chrome.storage changes, what we show may have changed. Changes within this time cause one reload. */
const SETTLE_MS = 120;
/** During trouble storage does not change by itself, so ask again at this interval. */
const ASK_AGAIN_MS = 4000;

/** Keeps an answer of the background up to date. `undefined` until the first answer, null if the background fails. */
export function useLive<T>(load: () => Promise<T>): {
  value: T | null | undefined;
  reload: () => Promise<void>;
} {
  const [value, setValue] = useState<T | null>();
  const loader = useRef(load);
  const newest = useRef(0);

  const reload = useCallback(async () => {
    const mine = ++newest.current;
    const answer = await loader.current().catch(() => null);
    // An earlier request may be answered later.
    if (mine === newest.current) setValue(answer);
  }, []);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void reload(), SETTLE_MS);
    };
    const again = setInterval(soon, ASK_AGAIN_MS);
    const heard = (changes: object) => {
      if (!Object.keys(changes).every((key) => key.startsWith(DRAFT))) soon();
    };
    chrome.storage.onChanged.addListener(heard);
    void reload();
    return () => {
      clearTimeout(timer);
      clearInterval(again);
      chrome.storage.onChanged.removeListener(heard);
    };
  }, [reload]);

  return { value, reload };
}
