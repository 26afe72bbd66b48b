/**
 * How the overlay finds the card, which is a script of its own: both run in the extension's isolated world of the frame
 * and share its global object, which the page's scripts cannot see.
 */
import type { DecidedBy } from "../../../shared/country/country.ts";
import type { Facts } from "../../../shared/check/api.ts";
import type { Decision } from "../../../shared/check/verdict.ts";
import type { Medium } from "../../../shared/dials/schemes.ts";
import type { Entered, NewObjection } from "../../carried.ts";
import type { PolicyContext } from "../../policy-context.ts";
import type { Box } from "../badge/box.ts";

export interface CardProps {
  written: string;
  e164: string | null;
  readings: string[];
  ext: string | undefined;
  /** What decided its country; undefined while that is open. */
  by: DecidedBy | undefined;
  medium: Medium;
  decision: Decision;
  context: PolicyContext | null;
  /** Null while they are on their way, and of a number whose country is open. */
  facts: Facts | null;
  suppress: (objection: NewObjection) => Promise<Entered>;
  notNumber: () => void;
  country: (region: string, wholeSite: boolean) => void;
}

export interface Shown extends CardProps {
  /** Of an icon that is for several numbers: all of them. */
  list: CardProps[] | undefined;
  at: Box;
  /** Opened by keyboard: the card takes the focus. */
  focus: boolean;
  close: () => void;
}

export interface Card {
  show: (shown: Shown) => void;
  hide: () => void;
  remove: () => void;
  /** The pointer is over it: reopens it above a modal of the page that made it inert. */
  reach: (x: number, y: number) => void;
  /** Its rectangle, while it is shown. */
  box: () => Box | null;
  /** A person has a form of it open. */
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
