from typing import Any

from casework.loading import QUERIES


def test_no_query_of_a_cases_facts_reads_through_a_whole_table(office: Any) -> None:
    with office.store.reading() as session:
        connection = session.connection()
        for name, query in QUERIES.queries.items():
            spelled = str(query.compile(connection))
            given = ("[1]",) * spelled.count("?")
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {spelled}", given)]
            scans = [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN json_each")]
            assert scans == [], name
