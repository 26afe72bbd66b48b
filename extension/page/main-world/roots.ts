/** No observer sees `attachShadow`: late shadow roots are announced. The listener looks for the root itself. */
import { ROOT } from "../main-world-events.ts";
import { tells } from "./ask-guard.ts";
import { apply, isConnected, over, type Realm, type Trap } from "./natives.ts";

const attaches: Trap = (native, self, args) => {
  const root = apply(native, self, args);
  // An element that is not in the page yet is seen by the observer when it is added.
  if (isConnected(self)) tells(ROOT, self);
  return root;
};

export function wireRoots(realm: Realm): void {
  over(realm.Element.prototype, "attachShadow", attaches);
}
