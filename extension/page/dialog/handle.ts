/** How the overlay finds the dialog, whose script comes with the card's (see card/handle.ts). */
import type { Role } from "../../../shared/people/api.ts";
import type { HeldDial, NewConsent, Outcome } from "../../held-dial.ts";
import type { Answer } from "../../messages.ts";
import type { CardProps } from "../card/handle.ts";

/** A held dial as the dialog shows it. */
export interface DialogProps extends HeldDial {
  id: string;
  /** The role of who is signed in; null where that is not known. */
  role: Role | null;
  answer: (outcome: Outcome) => void;
  suppress: CardProps["suppress"];
  consent: (consent: NewConsent) => Promise<Answer<"page.consent">>;
}

export interface Modal {
  /** Opens the dialog, or shows the dial's new state. */
  show: (asked: DialogProps) => void;
  hide: () => void;
  /** Puts it above everything that the page opened since, and the focus where it was. */
  raise: () => void;
  /** True while it is shown and nothing of the page covers it. */
  onTop: () => boolean;
  remove: () => void;
}

type Maker = (root: ShadowRoot) => Modal;
const shared = globalThis as unknown as { cleardialAsk?: Maker };

export const dialogHandle = {
  get: (): Maker | undefined => shared.cleardialAsk,
  set: (maker: Maker): void => {
    shared.cleardialAsk = maker;
  },
};
