/**
 * Runs in the page's own world. No observer sees `attachShadow`, so this script announces each late shadow root. The page
 * can send the same event, so the listener only looks for a root that really exists. This script also reports the ways
 * of dialling that only the page's world can see.
 */
import { ANNOUNCED } from "../main-world-events.ts";
import { askBeforeDials } from "./main-world-dials.ts";

/* eslint-disable @typescript-eslint/unbound-method -- each is called through `apply`, with its receiver */
const native = Element.prototype.attachShadow;
const dispatch = EventTarget.prototype.dispatchEvent;
const { apply } = Reflect;
const Custom = CustomEvent;

// The wrapper has the native method's name and length, so that a page which inspects it sees no difference.
if (!(ANNOUNCED in native)) {
  const { attachShadow } = {
    attachShadow(this: Element, init: ShadowRootInit): ShadowRoot {
      const root = apply<Element, [ShadowRootInit], ShadowRoot>(native, this, [init]);
      // An element that is not in the page yet is seen by the observer when it is added.
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
