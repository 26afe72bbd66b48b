/** Files of closed months that are lost: what they had is in no list. */
import { Alert } from "@mantine/core";
import { fill } from "../parts/texts.ts";

/** `text`: what is missing in `{key}`; `answers`: of the pages so far. */
export function Unread({
  text,
  answers,
}: {
  text: string;
  answers: readonly { unread?: string[] | undefined }[];
}) {
  const keys = new Set(answers.flatMap(({ unread = [] }) => unread));
  return [...keys].map((key) => (
    <Alert key={key} color="red" mb="sm" maw="75ch" role="alert" className="desk-address">
      {fill(text, { key })}
    </Alert>
  ));
}
