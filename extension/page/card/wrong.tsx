/** The one way to say what is wrong with a field: next to it, and read with it by a screen reader. */

/** What a field with something wrong has besides; nothing where all is well. */
export const wrongOf = (id: string, text: string | null | undefined) =>
  text ? ({ "aria-invalid": true, "aria-describedby": id } as const) : {};

export const Wrong = ({ id, text }: { id: string; text: string | null | undefined }) =>
  text ? (
    <p role="alert" id={id}>
      {text}
    </p>
  ) : null;
