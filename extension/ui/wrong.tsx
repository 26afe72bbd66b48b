/** The one way to say what is wrong with a field: next to it, and read with it by a screen reader. */

/** Nothing where all is well. */
type Text = string | false | null | undefined;

/** What a field with something wrong has besides; nothing where all is well. */
export const wrongOf = (id: string, text: Text) =>
  text ? ({ "aria-invalid": true, "aria-describedby": id } as const) : {};

export const Wrong = ({ id, text }: { id: string; text: Text }) =>
  text ? (
    <p className="bad" role="alert" id={id}>
      {text}
    </p>
  ) : null;
