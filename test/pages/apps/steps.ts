/**
 * Shared by the fixture applications. Each defines steps: changes that its users or its server would make, the same each
 * time, so that a run with ClearDial can be compared with one without.
 */
import { writtenNumber } from "../../e2e/kit/model.ts";

export interface Contact {
  id: number;
  name: string;
  phone: string;
}

const names = ["Ada Abbot", "Ben Brook", "Cleo Carver", "Dan Dale", "Ela Ember", "Finn Frost", "Gwen Grove"];

export const contacts = (count: number, from = 0): Contact[] =>
  Array.from({ length: count }, (_, i) => ({
    id: from + i,
    name: names[(from + i) % names.length]!,
    phone: writtenNumber(from + i),
  }));

/** Publishes the steps, once the page is ready. */
export function ready(steps: (() => unknown)[]): void {
  (window as { fixtureSteps?: typeof steps }).fixtureSteps = steps;
}

/** Waits until the last change is drawn. */
export const drawn = () =>
  new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));

/** Waits until the page has not changed for a while: a busy machine is slow. */
export const settled = (quiet = 400) =>
  new Promise<void>((done) => {
    let timer = setTimeout(finish, quiet);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(finish, quiet);
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    function finish() {
      observer.disconnect();
      done();
    }
  });
