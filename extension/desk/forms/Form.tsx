/**
 * A form of the desk. What is missing or wrong shows next to its field when the form is sent, the first of these gets the
 * focus, and nothing is sent. A field says itself what it needs: `required` (with `data-missing` for words of its own), its
 * type and lengths, `useFault`, or an `error` that it shows at once. What the Worker refused shows next to the field of that
 * name.
 */
import { Input } from "@mantine/core";
import { createContext, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { refusedFields } from "../parts/errors.ts";
import { type Fault, faultsOf, keyOf, mark, placeOf, refusedIn, stillWrong } from "./faults.ts";

/** The names of the refused fields that show it themselves, or did until they were changed. */
export const Placed = createContext<readonly string[]>([]);

interface FormProps {
  send: () => void;
  /** Why the Worker refused it. */
  error?: unknown;
  "data-lead"?: true;
  children: ReactNode;
}

export function Form({ send, error, children, ...rest }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  /** Of one refusal, also once its field was changed: it goes nowhere else. */
  const [placed, setPlaced] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!form.current || !error) return;
    const refused = refusedIn(form.current, refusedFields(error));
    setFaults(refused);
    setPlaced(refused.map(({ path }) => path));
    (refused[0] ?? faultsOf(form.current)[0])?.field.focus();
  }, [error]);
  return (
    <Placed value={placed}>
      <form
        {...rest}
        ref={form}
        className="desk-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // A dialog may have been opened from within another form.
          event.stopPropagation();
          const found = faultsOf(event.currentTarget);
          setFaults(found);
          if (found.length === 0) send();
          else found[0]!.field.focus();
        }}
        onInput={({ currentTarget, target }) => {
          // Once the fields have what was typed.
          if (faults.length > 0) setTimeout(() => setFaults((now) => stillWrong(now, currentTarget, target)));
        }}
      >
        {children}
        {faults.map((fault) => (
          <Named key={keyOf(fault.field)} {...fault} />
        ))}
      </form>
    </Placed>
  );
}

/** The fault, below its field. */
function Named({ field, says }: Fault) {
  const id = useId();
  const [place] = useState(() => placeOf(field));
  useLayoutEffect(() => {
    if (says === "") return;
    return mark(field, id);
  }, [field, id, says]);
  if (says === "" || !place.isConnected) return null;
  return createPortal(
    <Input.Error id={id} size="sm" mt={4}>
      {says}
    </Input.Error>,
    place,
  );
}
