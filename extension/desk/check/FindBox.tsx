/** The header's box: any way of writing a number leads to all that is on record of it. */
import { TextInput } from "@mantine/core";
import { useLocation } from "wouter";
import { findEn as text } from "../../../shared/texts/check/find.en.ts";
import { go, useFilters, withQuery } from "../parts/location.ts";

export function FindBox() {
  const [path] = useLocation();
  const [{ number }] = useFilters("number");
  const shown = path === "/find" ? number : "";
  return (
    <form
      role="search"
      aria-label={text.box}
      className="desk-find"
      onSubmit={(event) => {
        event.preventDefault();
        const said = new FormData(event.currentTarget).get("number");
        const written = typeof said === "string" ? said.trim() : "";
        if (written !== "") go(withQuery("/find", { number: written }));
      }}
    >
      <TextInput
        // What the page shows stands in the box, and the box is empty on any other.
        key={shown}
        type="search"
        name="number"
        size="xs"
        aria-label={text.box}
        placeholder={text.placeholder}
        defaultValue={shown}
        autoComplete="off"
      />
    </form>
  );
}
