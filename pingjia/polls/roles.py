"""Who may do what in PostgreSQL where site and booth live in two processes (ADR 0015): three roles with least rights.

    pingjia_site    `serve --only site`    the roll's database; of a box only that it stands and opens. No ballot, ever.
    pingjia_booth   `serve --only booth`   the box's database alone: looks at boxes, puts ballots in. Changes none.
    pingjia_closer  `pingjia finish`       closes: reads the ballots, writes what is published, deletes the rows.

The tables belong to whoever ran `migrate`; that role serves no request.
"""

from __future__ import annotations

from dataclasses import dataclass

SITE, BOOTH, CLOSER = "pingjia_site", "pingjia_booth", "pingjia_closer"
BOXES, DROPS, JOURNAL = "ballotbox_sealedbox", "ballotbox_drop", "journal_line"


@dataclass(frozen=True)
class Policy:
    """What a role may do to which rows of a table. ``old`` are the rows it may touch, ``new`` what may be left behind.

    Holding a row (``FOR SHARE``, ``FOR UPDATE``) needs the right to update it; ``new="false"`` lets hold, not change.
    """

    table: str
    role: str
    deed: str
    old: str = ""
    new: str = ""

    def sql(self) -> list[str]:
        """Return the statements, which may be run again."""
        name = f"{self.role}_{self.deed.lower()}"
        using = f" USING ({self.old})" if self.old else ""
        check = f" WITH CHECK ({self.new})" if self.new else ""
        return [
            f"DROP POLICY IF EXISTS {name} ON {self.table}",
            f"CREATE POLICY {name} ON {self.table} FOR {self.deed} TO {self.role}{using}{check}",
        ]


# A closed box is never opened again by the site, and nobody but the closer closes one.
BOX_POLICIES = [
    *(Policy(BOXES, role, "SELECT", "true") for role in (SITE, BOOTH, CLOSER)),
    Policy(BOXES, SITE, "INSERT", new="state = 'sealed'"),
    Policy(BOXES, SITE, "UPDATE", "state IN ('sealed', 'open')", "state = 'open'"),
    Policy(BOXES, BOOTH, "UPDATE", "true", "false"),
    Policy(BOXES, CLOSER, "UPDATE", "true", "state IN ('closing', 'closed', 'destroyed')"),
]
# The journal grows; it is held while a line is chained to the last, and no line is ever changed.
JOURNAL_POLICIES = [
    *(Policy(JOURNAL, role, "SELECT", "true") for role in (SITE, CLOSER)),
    *(Policy(JOURNAL, role, "INSERT", new="true") for role in (SITE, CLOSER)),
    *(Policy(JOURNAL, role, "UPDATE", "true", "false") for role in (SITE, CLOSER)),
]

# What closing, and destroying what a void vote holds and who drew in it, writes in the roll's database.
CLOSER_INSERTS = [
    *("polls_opening", "polls_opening_boxes", "polls_publicobject"),
    *("publiclog_log", "publiclog_entry", "publiclog_checkpoint", JOURNAL),
]
CLOSER_UPDATES = [
    *("polls_poll", "polls_box", "polls_issuance", "polls_scrutineer", "polls_steward", "polls_rollentry"),
    *("polls_slip", "polls_opening", "publiclog_log", JOURNAL),
]
CLOSER_DELETES = ["polls_partial", "polls_opinionshare", "polls_issuance"]


def make_roles() -> list[str]:
    """Return the statements that make the three roles where they are missing; passwords are the operator's to set."""
    return [
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        for role in (SITE, BOOTH, CLOSER)
    ]


def _shut(roles: list[str]) -> list[str]:
    """Return the statements that take everything from everybody and let these roles in."""
    everybody = ", ".join(["PUBLIC", SITE, BOOTH, CLOSER])
    return [
        f"DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM {everybody}', current_database()); "
        f"EXECUTE format('GRANT CONNECT ON DATABASE %I TO {', '.join(roles)}', current_database()); END $$",
        f"REVOKE ALL ON SCHEMA public FROM {everybody}",
        f"GRANT USAGE ON SCHEMA public TO {', '.join(roles)}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everybody}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everybody}",
    ]


def _with_policies(policies: list[Policy]) -> list[str]:
    tables = dict.fromkeys(policy.table for policy in policies)
    begun = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in tables]
    return begun + [statement for policy in policies for statement in policy.sql()]


def for_site_database() -> list[str]:
    """Return the statements for the roll's database; the booth's role cannot even connect to it."""
    both = f"{SITE}, {CLOSER}"
    return [
        *make_roles(),
        *_shut([SITE, CLOSER]),
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {SITE}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {SITE}",
        f"REVOKE DELETE ON {JOURNAL}, publiclog_entry FROM {SITE}",
        f"REVOKE UPDATE ON publiclog_entry FROM {SITE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {CLOSER}",
        f"REVOKE SELECT ON django_session FROM {CLOSER}",  # noqa: S608 (no input in it)
        f"GRANT INSERT ON {', '.join(CLOSER_INSERTS)} TO {CLOSER}",
        f"GRANT UPDATE ON {', '.join(CLOSER_UPDATES)} TO {CLOSER}",
        f"GRANT DELETE ON {', '.join(CLOSER_DELETES)} TO {CLOSER}",
        *_with_policies(JOURNAL_POLICIES),
    ]


def for_box_database() -> list[str]:
    """Return the statements for the box's database."""
    return [
        *make_roles(),
        *_shut([SITE, BOOTH, CLOSER]),
        f"GRANT SELECT ON {BOXES} TO {SITE}, {BOOTH}, {CLOSER}",
        f"GRANT INSERT ON {BOXES} TO {SITE}",
        f"GRANT UPDATE (state) ON {BOXES} TO {SITE}, {BOOTH}, {CLOSER}",
        f"GRANT SELECT, INSERT ON {DROPS} TO {BOOTH}",
        f"GRANT SELECT, DELETE ON {DROPS} TO {CLOSER}",
        *_with_policies(BOX_POLICIES),
    ]
