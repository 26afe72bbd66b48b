/** What a form finds wrong with a field, by stand-ins for the browser's fields. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { faultOf, sayFault } from "../../../../extension/desk/forms/faults.ts";

beforeEach(() => void vi.stubGlobal("HTMLButtonElement", class {}));
afterEach(() => void vi.unstubAllGlobals());

/** A field that the browser takes for valid: one that is read-only, or disabled. */
function fieldOf(disabled: boolean) {
  const heard: string[] = [];
  const field = {
    dataset: {},
    willValidate: false,
    getAttribute: () => null,
    matches: (selector: string) => selector === ":disabled" && disabled,
    dispatchEvent: ({ type }: Event) => heard.push(type),
  } as unknown as HTMLInputElement;
  return { field, heard };
}

it("what is said of a read-only field counts, until it is said no more, which the form hears", () => {
  const { field, heard } = fieldOf(false);
  sayFault(field, "");
  expect(faultOf(field)).toBeNull();
  sayFault(field, "Choose one.");
  expect(faultOf(field)).toBe("Choose one.");
  expect(heard).toEqual([]);
  sayFault(field, "");
  expect(faultOf(field)).toBeNull();
  expect(heard).toEqual(["input"]);
});

it("a disabled field is nobody's to fill in", () => {
  const { field } = fieldOf(true);
  sayFault(field, "Choose one.");
  expect(faultOf(field)).toBeNull();
});
