/** The issuers' closing statements: signed, about this box, and enough for what came back. */
import { equal } from "../core/bytes.ts";
import { readStatements, statementHolds, type SignedStatement, type Statement } from "../core/issuance.ts";
import type { BoxCase, Case } from "./case.ts";
import { attempt } from "./papers.ts";

/** Checks each statement, then returned ≤ issued_j, and issued_j + paper_j ≤ roll_size, for every issuer j. */
export function checkIssuance(c: Case, box: BoxCase): void {
  const place = box.place("issuance.json");
  const [raw, manifest] = [c.file(place), box.manifest];
  if (raw === null || manifest === null || box.counted === null) c.skip("issuance");
  if (raw === null || manifest === null) return;
  const signed = attempt(() => readStatements(raw));
  if (signed === null) {
    c.fail("object", place, "issuers");
    return;
  }
  if (signed.length !== manifest.issuers.length) {
    c.fail("statement", place, "issuers");
    return;
  }
  const statements = signed.map(({ statement }) => statement);
  box.statements = statements;
  manifest.issuers.forEach((issuer, j) => {
    const one = signed[j] as SignedStatement;
    const here = equal(one.statement.box, manifest.hash) && one.statement.issuer === j;
    if (!here || !statementHolds(issuer.idKey, one)) c.fail("statement", `${place}/${j}`, "issuer", j);
    if (one.statement.issued + one.statement.paper > manifest.rollSize) c.fail("issued-exceeds-roll", `${place}/${j}`, "issuer", j);
  });
  compareWithReturned(c, box, statements);
}

function compareWithReturned(c: Case, box: BoxCase, statements: readonly Statement[]): void {
  if (box.counted === null) return;
  const { returned } = box.counted;
  const place = box.place("issuance.json");
  const short = statements.flatMap((statement, j) => (returned > statement.issued ? [j] : []));
  if (short.length === statements.length) c.fail("returned-exceeds-issued", place, "issuers");
  else for (const j of short) c.fail("returned-exceeds-issued", `${place}/${j}`, "issuer", j);
}
