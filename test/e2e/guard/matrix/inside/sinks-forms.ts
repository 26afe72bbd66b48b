/** Forms: their actions, and their fields, which replace the action's query. Runs inside the page. */
import type { Sink } from "./sink.ts";
import { aimed, click, PIXEL, type Tools } from "./tools.ts";

const form = (t: Tools, method = "") => {
  const root = t.make("form", { ...aimed(t), ...(method && { method }) });
  const button = root.appendChild(t.make("button"));
  button.append(t.make("span", { class: "child" }));
  button.firstElementChild!.textContent = "Call";
  return { root, button };
};
const bareForm = (t: Tools, method?: string) => {
  const { root } = form(t, method);
  return { root, element: root, attribute: "action", property: "action" };
};
const button = (e: Element) => e.querySelector("button")!;

const ofActions: Sink[] = [
  { name: "submit", targets: true, bare: (t) => bareForm(t), open: (t, e) => void t.call(e, "submit") },
  {
    name: "submit by POST",
    targets: true,
    bare: (t) => bareForm(t, "post"),
    open: (t, e) => void t.call(e, "submit"),
  },
  {
    name: "requestSubmit",
    targets: true,
    bare: (t) => bareForm(t),
    open: (t, e) => void t.call(e, "requestSubmit"),
  },
  {
    name: "a form's button",
    targets: true,
    people: "mouse",
    bare: (t) => bareForm(t),
    open: (_, e) => button(e).click(),
    acts: button,
  },
  {
    name: "a form's button by POST",
    targets: true,
    people: "mouse",
    bare: (t) => bareForm(t, "post"),
    open: (_, e) => button(e).click(),
    acts: button,
  },
  {
    name: "a button's own action",
    targets: true,
    people: "mouse",
    bare(t) {
      const made = form(t);
      return { root: made.root, element: made.button, attribute: "formaction", property: "formAction" };
    },
    open: click,
  },
  {
    name: "a button outside its form",
    targets: true,
    people: "mouse",
    bare(t) {
      const root = t.make("div");
      const id = `form${Math.random()}`;
      root.append(t.make("form", { id, ...aimed(t) }));
      const element = root.appendChild(t.make("button", { form: id }));
      element.append(t.make("span", { class: "child" }));
      element.firstElementChild!.textContent = "Call";
      return { root, element, attribute: "formaction", property: "formAction" };
    },
    open: click,
  },
  {
    name: "an image that submits",
    targets: true,
    people: "mouse",
    bare(t) {
      const root = t.make("form", aimed(t));
      const element = root.appendChild(
        t.make("input", { type: "image", src: PIXEL, width: "40", height: "20" }),
      );
      return { root, element, attribute: "formaction", property: "formAction" };
    },
    open: click,
  },
  {
    name: "a form by Enter in its field",
    targets: true,
    people: "Enter",
    bare(t) {
      const root = t.make("form", aimed(t));
      root.append(t.make("input", { name: "q", size: "3" }));
      return { root, element: root, attribute: "action", property: "action" };
    },
    open: (t, e) => void t.call(e, "requestSubmit"),
    acts: (e) => e.querySelector("input")!,
  },
  // Chromium reads the action before the formdata event: nothing dials by changing it there.
  {
    name: "an action that changes on submit",
    targets: true,
    go(t, a) {
      const { root } = form(t);
      root.action = "#";
      root.addEventListener("submit", () => (root.action = t.value(a)));
      t.add(root);
      t.call(root, "requestSubmit");
    },
  },
  {
    name: "a target that changes on submit",
    go(t, a) {
      const { root } = form(t);
      root.action = t.value(a);
      root.addEventListener("submit", () => (root.target = "_blank"));
      t.add(root);
      t.call(root, "requestSubmit");
    },
  },
  {
    name: "a form whose names hide its own",
    go(t, a) {
      const { root } = form(t);
      for (const name of ["action", "submit", "target", "method"])
        root.append(t.make("input", { name, type: "hidden" }));
      root.setAttribute("action", t.value(a));
      t.add(root);
      t.win.HTMLFormElement.prototype.submit.call(root);
    },
  },
];

/** The number alone: the address has its scheme in the action. */
const numberIn = (address: string) => address.replace(/^tel:/, "");
/** A form to a program with a field that is a number. */
const bareField = (t: Tools, action = "acme:call", name = "phone", type = "hidden") => {
  const { root } = form(t);
  root.setAttribute("action", action);
  const element = root.appendChild(t.make("input", { name, type, size: "3" }));
  return { root, element, attribute: "value", property: "value" };
};
const owner = (e: Element) => (e as HTMLInputElement).form!;

const filledIn = (name: string, also: (event: Event) => void): Sink => ({
  name,
  targets: true,
  field: true,
  go(t, a) {
    const { root, element } = bareField(t);
    root.addEventListener("submit", (event) => {
      also(event);
      t.set(element, "value", t.value(numberIn(a)));
    });
    t.add(root);
    t.call(root, "requestSubmit");
  },
});
const ofFields: Sink[] = [
  {
    name: "a form's field",
    targets: true,
    people: "mouse",
    field: true,
    bare: (t) => bareField(t),
    content: numberIn,
    open: (_, e) => button(owner(e)).click(),
    acts: (e) => button(owner(e)),
  },
  {
    name: "a field of a form that is submitted",
    targets: true,
    field: true,
    bare: (t) => bareField(t, "acme:call?phone=none", "tel"),
    content: numberIn,
    open: (t, e) => void t.call(owner(e), "submit"),
  },
  {
    name: "a field of a listed program",
    targets: true,
    field: true,
    bare: (t) => bareField(t, "rcapp://r/call", "number"),
    content: numberIn,
    open: (t, e) => void t.call(owner(e), "requestSubmit"),
  },
  {
    name: "a field by Enter in it",
    targets: true,
    people: "Enter",
    field: true,
    bare(t) {
      const made = bareField(t, "acme:call", "to", "text");
      button(made.root).remove();
      return made;
    },
    content: numberIn,
    open: (t, e) => void t.call(owner(e), "requestSubmit"),
    acts: (e) => e,
  },
  filledIn("a field that is filled in on submit", () => {}),
  filledIn("a field that is filled in on submit, which ends there", (event) =>
    event.stopImmediatePropagation(),
  ),
  {
    name: "a field that formdata adds",
    targets: true,
    field: true,
    go(t, a) {
      const { root } = form(t);
      root.setAttribute("action", "acme:call");
      root.addEventListener("formdata", (event) => event.formData.append("phone", t.value(numberIn(a))));
      t.add(root);
      t.call(root, "submit");
    },
  },
];

export const forms: readonly Sink[] = [...ofActions, ...ofFields];
