/** The states of paged rows: an outline while they load, why they failed, what to do without any, and the rows. */
import type { ReactNode } from "react";
import type { Pages } from "../parts/api.ts";
import { Empty, Failed, Loading } from "../parts/QueryState.tsx";
import { words } from "../parts/texts.ts";

interface PagesStateProps {
  pages: Pick<Pages<unknown>, "rows" | "isPending" | "error" | "refetch">;
  /** A filter is set: there may be rows under others. */
  filtered: boolean;
  /** Title and text where there is no row at all. */
  title: string;
  text: string;
  children: ReactNode;
}

export function PagesState({ pages, filtered, title, text, children }: PagesStateProps) {
  const failed = pages.error && <Failed error={pages.error} again={() => void pages.refetch()} />;
  // Rows that had loaded before stay, below the failure.
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
