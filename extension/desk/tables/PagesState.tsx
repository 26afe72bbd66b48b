/** What stands where a table of pages will: its outline, why it is not there, or what to do where it has no rows. */
import type { ReactNode } from "react";
import type { Pages } from "../parts/api.ts";
import { Empty, Failed, Loading } from "../parts/State.tsx";
import { words } from "../parts/words.ts";

interface PagesStateProps {
  pages: Pick<Pages<unknown>, "rows" | "isPending" | "error" | "refetch">;
  /** There may be rows under other filters. */
  filtered: boolean;
  /** Said where there is nothing at all. */
  title: string;
  text: string;
  children: ReactNode;
}

export function PagesState({ pages, filtered, title, text, children }: PagesStateProps) {
  const failed = pages.error && <Failed error={pages.error} again={() => void pages.refetch()} />;
  // Rows that were here before stay in sight below what went wrong.
  if (pages.rows.length > 0)
    return (
      <>
        {failed}
        {children}
      </>
    );
  if (failed) return failed;
  if (pages.isPending) return <Loading />;
  return filtered ? (
    <Empty title={words.table.none} text={words.table.noneText} />
  ) : (
    <Empty title={title} text={text} />
  );
}
