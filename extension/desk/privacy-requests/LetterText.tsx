/** The text of a letter: edited, or previewed. */
import { SegmentedControl, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";

const text = deskRequestsEn.letter;
const views = ["edit", "preview"] as const;
export type LetterView = (typeof views)[number];

interface LetterTextProps {
  label: string;
  view: LetterView;
  setView: (view: LetterView) => void;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
  maxRows: number;
  /** Shown in place of the field. */
  preview: ReactNode;
}

export const RequestLetterText = ({
  label,
  view,
  setView,
  value,
  onChange,
  error = null,
  maxRows,
  preview,
}: LetterTextProps) => (
  <>
    <SegmentedControl
      aria-label={text.mode}
      w="fit-content"
      value={view}
      onChange={setView}
      data={views.map((option) => ({ value: option, label: text[option] }))}
    />
    {view === "edit" ? (
      <Textarea
        label={label}
        required
        maxLength={20_000}
        autosize
        minRows={8}
        maxRows={maxRows}
        error={error}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    ) : (
      preview
    )}
  </>
);
