/** Ways to an address that cause no event, or not always. */
import { ASKS, DONE } from "../main-world-events.ts";
import { asks, tells } from "./ask-guard.ts";
import { looksFirst } from "./clicks.ts";
import { absolute, apply, over, type Realm, whenDone, type Trap } from "./natives.ts";
import { once, textOf } from "./values.ts";

/** Asks about the first argument, and tells once it was gone to. `answers`: gives the window that answers. */
const goes =
  (realm: Realm, refusal: () => unknown, answers: Trap = apply): Trap =>
  (native, self, args) => {
    if (args.length === 0 || args[0] === undefined || args[0] === "") return answers(native, self, args);
    args[0] = once(args[0]);
    looksFirst();
    if (asks(ASKS, absolute(textOf(args[0]), realm.document))) return refusal();
    try {
      return answers(native, self, args);
    } finally {
      tells(DONE, null);
    }
  };

export const opensIn = (realm: Realm, answers: Trap): Trap => goes(realm, () => null, answers);

const Refusal = DOMException;
const refused = Promise.reject.bind(Promise) as (why: unknown) => Promise<never>;
/** As the native promises: a rejection that nobody awaits is not reported. */
function rejection(): Promise<never> {
  const promise = refused(new Refusal("The navigation was held", "AbortError"));
  void whenDone(promise, undefined, () => {});
  return promise;
}

export function wireOpens(realm: Realm, answers: Trap): void {
  over(realm, "open", opensIn(realm, answers));
  // Documents without an origin have this method, but no navigate event.
  over(
    realm.Navigation?.prototype,
    "navigate",
    goes(realm, () => ({ committed: rejection(), finished: rejection() })),
  );
}
