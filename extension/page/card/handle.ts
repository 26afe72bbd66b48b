/**
 * How the page's scripts find the card's script: both run in the extension's own world of the frame, as files of their
 * own, and share its global object. The page's scripts have another one.
 */
import type { DecidedBy } from "../../../shared/country/country.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { Answer } from "../../messages.ts";
import type { PolicyContext } from "../../policy-context.ts";
import type { Box } from "../badge/slots.ts";

export interface CardProps {
  written: string;
  e164: string | null;
  readings: string[];
  ext: string | undefined;
  /** By what its country was decided; undefined where that is open. */
  by: DecidedBy | undefined;
  decision: Decision;
  context: PolicyContext | null;
  suppress: (number: string, reason: string) => Promise<Answer<"page.suppress">>;
  notNumber: () => void;
  country: (region: string, wholeSite: boolean) => void;
}

export interface Shown extends CardProps {
  at: Box;
  /** Opened by keyboard: the card takes the focus. */
  focus: boolean;
  close: () => void;
}

export interface Card {
  show: (shown: Shown) => void;
  hide: () => void;
  remove: () => void;
  /** The pointer is over it: makes sure that it can be used there. */
  reach: (x: number, y: number) => void;
  /** Where it stands, while it is shown. */
  box: () => Box | null;
  /** A person is writing in it. */
  busy: () => boolean;
}

type Maker = (root: ShadowRoot) => Card;
const shared = globalThis as unknown as { cleardialCard?: Maker };

export const cardHandle = {
  get: (): Maker | undefined => shared.cleardialCard,
  set: (maker: Maker): void => {
    shared.cleardialCard = maker;
  },
};
