/**
 * Runs in the page's own world. `attachShadow` leaves no trace that an observer sees, so each late root is announced
 * from here. The page could send the same event: whoever hears it only looks for a root that is really there. And some
 * ways of dialling can be seen from here alone.
 */
import { ANNOUNCED } from "../main-world-events.ts";
import { askBeforeDials } from "./main-world-dials.ts";

/* eslint-disable @typescript-eslint/unbound-method -- each is called through `apply`, with its receiver */
const native = Element.prototype.attachShadow;
const dispatch = EventTarget.prototype.dispatchEvent;
const { apply } = Reflect;
const Custom = CustomEvent;

// A method with the native one's name and length, so that a page which looks at it sees nothing new.
if (!(ANNOUNCED in native)) {
  const { attachShadow } = {
    attachShadow(this: Element, init: ShadowRootInit): ShadowRoot {
      const root = apply<Element, [ShadowRootInit], ShadowRoot>(native, this, [init]);
      // Where it is not in the page yet, the observer sees it come.
      if (this.isConnected) apply(dispatch, this, [new Custom(ANNOUNCED, { bubbles: true, composed: true })]);
      return root;
    },
  };
  Object.defineProperty(attachShadow, ANNOUNCED, { value: true });
  Object.defineProperty(Element.prototype, "attachShadow", {
    value: attachShadow,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  askBeforeDials();
}
