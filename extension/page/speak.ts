/** What a screen reader hears: one hidden list with each number once, in the page's order. */
import { pageEn } from "../../shared/texts/page.en.ts";
import { fill, sayReason, sayVerdict, textsFor } from "../../shared/texts/index.ts";
import { sayNumber } from "../../shared/phone.ts";
import type { Ground } from "../messages.ts";
import type { Host } from "./host.ts";
import type { Mark } from "./mark.ts";

const texts = textsFor(navigator.language);

/** `020 7946 0958: Do not call. On TPS (list of 20 Nov 2026).` */
export function sentence(mark: Mark, ground: Ground | null): string | null {
  if (!mark.decision) return null;
  const lists = ground?.stamp.lists ?? [];
  const [reason] = mark.decision.reasons;
  const why = reason && mark.decision.verdict !== "clear" ? sayReason(texts, reason, lists) : "";
  const number = mark.e164 === null ? mark.written : sayNumber(mark.e164);
  return fill(pageEn.spoken, { number, verdict: sayVerdict(texts, mark.decision, lists), why });
}

export function openSpeech(host: Host) {
  host.spoken.ariaLabel = pageEn.list;
  let said = "";
  return (marks: Iterable<Mark>, ground: Ground | null): void => {
    const lines = [...new Set([...marks].map((m) => sentence(m, ground)).filter((s) => s !== null))];
    if (said === lines.join("\n")) return;
    said = lines.join("\n");
    host.spoken.replaceChildren(
      ...lines.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }),
    );
  };
}
