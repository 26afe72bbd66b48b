/** Forms whose fields make the number: sent by GET, they replace the query of the action. */
import { add, form, type Route } from "./routes.ts";

const ACTION = "acme:call?phone=none";
/** A form in a place with a field of these attributes, and the button that sends it. */
function withField(place: HTMLElement, attributes: Record<string, string> = {}) {
  const made = form(place, ACTION, "_blank");
  const field = add(made, "input", { name: "phone", type: "hidden", ...attributes });
  return { made, field, button: made.querySelector("button")! };
}
const numberIn = (to: string) => to.slice("tel:".length);

export const fields: readonly Route[] = [
  {
    name: "a form's field, by its button",
    by: "click",
    put: (place, to) => withField(place, { value: numberIn(to) }).button,
  },
  {
    name: "a form's field, by Enter in it",
    by: "Enter",
    put: (place, to) => withField(place, { value: numberIn(to), type: "text" }).field,
  },
  {
    name: "a form's field that is filled in when it is sent",
    by: "click",
    put(place, to) {
      const { made, field, button } = withField(place);
      made.addEventListener("submit", (event) => (event.stopPropagation(), (field.value = numberIn(to))));
      return button;
    },
  },
  {
    name: "a form's field, by submit() in a closed root",
    put(place, to) {
      const root = add(place, "div").attachShadow({ mode: "closed" }) as unknown as HTMLElement;
      withField(root, { value: numberIn(to) }).made.submit();
    },
  },
  {
    name: "a form's field that is set at the last event, which ends there",
    put(place, to) {
      const { made } = withField(place);
      const last = (event: FormDataEvent) => {
        event.stopImmediatePropagation();
        event.formData.set("phone", numberIn(to));
      };
      addEventListener("formdata", last as (event: Event) => void, true);
      made.requestSubmit();
      removeEventListener("formdata", last as (event: Event) => void, true);
    },
  },
  {
    name: "a form's field that a root sets at the last event, which ends there",
    put(place, to) {
      const root = add(place, "div").attachShadow({ mode: "open" }) as unknown as HTMLElement;
      const { made } = withField(root);
      let looks = 0;
      const last = (event: FormDataEvent) => {
        // The guard looks three times.
        if (looks++ < 3) return;
        event.stopImmediatePropagation();
        event.formData.set("phone", numberIn(to));
      };
      root.addEventListener("formdata", last as (event: Event) => void, true);
      made.requestSubmit();
    },
  },
];
