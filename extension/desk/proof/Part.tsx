/** One part of a proof's sheet, with its heading. */
import { Title } from "@mantine/core";
import type { ReactNode } from "react";

interface PartProps {
  id: string;
  title: string;
  children: ReactNode;
}
export const ProofPart = ({ id, title, children }: PartProps) => (
  <section aria-labelledby={id} className="desk-sheet-part">
    <Title order={3} id={id} mb={6}>
      {title}
    </Title>
    {children}
  </section>
);
