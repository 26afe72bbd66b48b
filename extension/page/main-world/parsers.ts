/** Markup that a page has parsed: cleaned before it gets into the page, or as a tree that is in no page yet. */
import { TREE } from "../main-world-events.ts";
import { tells } from "./ask-guard.ts";
import {
  apply,
  exec,
  firstTime,
  isObject,
  keysOf,
  kindOf,
  type Native,
  over,
  overEach,
  type Realm,
  toLowerCase,
  type Trap,
} from "./natives.ts";
import { namesFrame, once, safeAddress, safeMarkup, textOf } from "./values.ts";
import { streams } from "./writes.ts";

const TAKERS = ["Element", "ShadowRoot", "CharacterData", "DocumentType"] as const;
/** Methods that take markup as their first argument, or in pieces; those of later browsers too. */
const TAKES = /^(stream)?(?!get|insert).*HTML/;

/** Cleans the argument at `at`. */
const cleans =
  (at: number): Trap =>
  (native, self, args) => {
    if (at < args.length) args[at] = safeMarkup(args[at], self);
    return apply(native, self, args);
  };

/** Cleans the tree that is made of the first argument. */
const parses =
  (view: Window): Trap =>
  (native, self, args) => {
    if (args.length > 0) args[0] = once(args[0]);
    const tree = apply(native, self, args);
    // With a type it may be XML with entities: its text tells nothing.
    if (args.length > 1 || namesFrame(textOf(args[0]), true)) tells(TREE, tree, view);
    return tree;
  };

const answersTree =
  (view: Window): Trap =>
  (native, self, args) => {
    const answer = apply(native, self, args);
    if (typeof answer === "object" && kindOf(answer) !== null) tells(TREE, answer, view);
    return answer;
  };

const isNew = firstTime();
/** A template of the page's own HTML was parsed before anybody could look at it. */
const opensTemplate =
  (view: Window): Trap =>
  (native, self, args) => {
    const content = apply(native, self, args) as object;
    if (isNew(content)) tells(TREE, content, view);
    return content;
  };

/** What a page's default policy makes of a string is what a native gets of it. A function has rules, too. */
const makesPolicy: Trap = (native, self, args) => {
  args[0] = `${args[0] as string}`;
  const rules = args[1] as Record<string, Native | undefined>;
  if (args[0] !== "default" || !isObject(rules)) return apply(native, self, args);
  const ruled = (name: string, then: (made: unknown) => unknown): Native | undefined => {
    const rule = rules[name];
    return rule && ((...given) => then(apply(rule, rules, given)));
  };
  const same = (made: unknown) => made;
  args[1] = {
    __proto__: null,
    createHTML: ruled("createHTML", (made) => safeMarkup(made, document, true)),
    createParserOptions: ruled("createParserOptions", same),
    createScript: ruled("createScript", same),
    createScriptURL: ruled("createScriptURL", safeAddress),
  };
  return apply(native, self, args);
};

const runsCommand: Trap = (native, self, args) => {
  if (args.length < 3) return apply(native, self, args);
  args[0] = `${args[0] as string}`;
  if (toLowerCase(args[0]) === "inserthtml") args[2] = safeMarkup(args[2], self);
  return apply(native, self, args);
};

export function wireMarkup(realm: Realm): void {
  const { Document } = realm;
  for (let i = 0; i < TAKERS.length; i++) {
    const { prototype } = realm[TAKERS[i]!];
    const names = keysOf(prototype);
    for (let n = 0; n < names.length; n++) {
      const found = exec(TAKES, names[n]!);
      if (found) over(prototype, names[n]!, found[1] ? streams : cleans(0));
    }
    over(prototype, "innerHTML", cleans(0), "set");
  }
  over(realm.Element.prototype, "outerHTML", cleans(0), "set");
  over(realm.Element.prototype, "insertAdjacentHTML", cleans(1));
  over(Document.prototype, "execCommand", runsCommand);
  over(realm.TrustedTypePolicyFactory?.prototype, "createPolicy", makesPolicy);
  over(Document, "parseHTMLUnsafe", parses(realm));
  over(Document, "parseHTML", parses(realm));
  over(realm.DOMParser.prototype, "parseFromString", parses(realm));
  over(realm.Range.prototype, "createContextualFragment", parses(realm));
  overEach(realm, ["XSLTProcessor"], ["transformToFragment", "transformToDocument"], answersTree(realm));
  overEach(realm, ["XMLHttpRequest"], ["responseXML", "response"], answersTree(realm), "get");
  over(realm.HTMLTemplateElement.prototype, "content", opensTemplate(realm), "get");
}
