/** One fact with its label, within `<dl className="desk-terms">`. */
import type { ReactNode } from "react";

export const Fact = ({ label, children }: { label: ReactNode; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);
