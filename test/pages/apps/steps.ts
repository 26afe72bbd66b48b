/**
 * What the fixture applications share. Each gives itself steps: changes that its users or its server would make, made
 * the same way each time, so that a run beside ClearDial can be compared with one without.
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

/** Says what the steps are, once the page stands. */
export function ready(steps: (() => unknown)[]): void {
  (window as { fixtureSteps?: typeof steps }).fixtureSteps = steps;
}

/** Until what was asked for is drawn. */
export const drawn = () =>
  new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));

/** Until the page has changed nothing for a while: a busy machine takes its time. */
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
