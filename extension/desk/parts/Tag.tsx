/** A state in a word or two. The word carries the meaning; the colour only helps the eye. */
export type Tone = "good" | "warn" | "bad" | "plain";

export const Tag = ({ tone = "plain", children }: { tone?: Tone; children: string }) => (
  <span className="desk-tag" data-tone={tone}>
    {children}
  </span>
);
