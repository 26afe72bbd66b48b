/** A table without sorting, pages or CSV: for sheets in print, timelines and charts. Its children are `Table.Tbody`. */
import { Table as Plain } from "@mantine/core";
import type { ReactNode } from "react";

interface PlainTableProps {
  /** For screen readers. */
  caption: string;
  /** Null leaves out a column. */
  headings: readonly (string | { label: string; ta: "right" } | null)[];
  /** Pixels above and below each row; Mantine's own unless given. */
  spacing?: number;
  children: ReactNode;
}

export const PlainTable = ({ caption, headings, spacing, children }: PlainTableProps) => (
  <Plain className="desk-table" {...(spacing === undefined ? {} : { verticalSpacing: spacing })}>
    <Plain.Caption className="desk-unseen">{caption}</Plain.Caption>
    <Plain.Thead>
      <Plain.Tr>
        {headings.map((heading) => {
          if (heading === null) return null;
          const { label, ...align } = typeof heading === "string" ? { label: heading } : heading;
          return (
            <Plain.Th key={label} {...align}>
              {label}
            </Plain.Th>
          );
        })}
      </Plain.Tr>
    </Plain.Thead>
    {children}
  </Plain>
);
