/** When and how something was done in a connected system, and until when its backups may have it. */
import { TextInput } from "@mantine/core";
import { systemsEn as text } from "../../../../shared/texts/privacy-requests/systems.en.ts";
import { DateInput } from "../../forms/DateInput.tsx";
import { useToday } from "../../parts/useToday.ts";

export interface Done {
  on: string;
  how: string;
  /** "" if nobody said. */
  backupsUntil: string;
}

interface DoneFieldsProps {
  value: Done;
  set: (value: Done) => void;
  /** Whether data was erased, of which backups may have some. */
  erased: boolean;
}

export function DoneFields({ value, set, erased }: DoneFieldsProps) {
  const max = useToday();
  const change = (part: Partial<Done>) => set({ ...value, ...part });
  return (
    <>
      <DateInput
        label={text.date}
        required
        {...{ max }}
        value={value.on}
        onChange={(on) => change({ on })}
        width={180}
      />
      <TextInput
        label={text.how}
        required
        maxLength={500}
        value={value.how}
        onChange={({ currentTarget }) => change({ how: currentTarget.value })}
      />
      {erased && (
        <DateInput
          label={text.backupsUntil}
          description={text.backupsNote}
          value={value.backupsUntil}
          onChange={(backupsUntil) => change({ backupsUntil })}
          width={270}
        />
      )}
    </>
  );
}

/** As the API takes it. */
export const doneBody = ({ backupsUntil, ...done }: Done, erased: boolean) => ({
  ...done,
  ...(erased && backupsUntil !== "" && { backupsUntil }),
});
