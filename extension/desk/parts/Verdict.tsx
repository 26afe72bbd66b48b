/** The verdict on a number, as a tag. */
import type { Verdict } from "../../../shared/check/api.ts";
import { dialsEn } from "../../../shared/texts/dials/desk.en.ts";
import { Tag, type Tone } from "./Tag.tsx";

export const verdictTone: Record<Verdict, Tone> = {
  clear: "good",
  caution: "warn",
  blocked: "bad",
  unknown: "plain",
};

export const VerdictTag = ({ verdict }: { verdict: Verdict }) => (
  <Tag tone={verdictTone[verdict]}>{dialsEn.verdicts[verdict]}</Tag>
);
