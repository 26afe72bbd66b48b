/** How the page's scripts find the modal's script, which comes with the card's (see page/card/handle.ts). */
import type { Role } from "../../../shared/people/api.ts";
import type { HeldDial, NewConsent, Outcome } from "../../held-dial.ts";
import type { Answer } from "../../messages.ts";

export interface DialogProps extends HeldDial {
  id: string;
  /** Whose browser it is; null where that is not known. */
  role: Role | null;
  answer: (outcome: Outcome) => void;
  suppress: (number: string, reason: string) => Promise<Answer<"page.suppress">>;
  consent: (consent: NewConsent) => Promise<Answer<"page.consent">>;
}

export interface Modal {
  /** Opens it, or shows what is asked anew. */
  show: (asked: DialogProps) => void;
  hide: () => void;
  /** Above everything that the page opened since, with the focus where it was. */
  raise: () => void;
  /** True while it is shown, and nothing of the page's covers it. */
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
