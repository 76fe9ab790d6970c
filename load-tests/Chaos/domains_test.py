"""What the ledger says of several domains that lend each other agents. ledger_test.py runs these too."""

import tempfile
import unittest

import domains
from stories import OTHER, SERVER, Story


class DomainsTest(unittest.TestCase):
    """Domains a and b borrow agents of each other, c lends to a alone: a line is whoever may be served by an agent."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.story = Story(folder.name, (SERVER, OTHER), {"a": ["b", "c"], "b": ["a"], "c": []})
        for phone, realm in enumerate(("a", "b")):
            self.story.register(phone, 0.1, realm=realm)

    def found(self, kind, end=60.0):
        return [text.partition(" ")[0] for _, found, text in self.story.verdict(end).violations if found == kind]

    def test_an_agent_is_rung_for_callers_of_the_own_domain_and_of_those_that_it_lends_to(self):
        self.story.register(1, 0.2, realm="c")
        for number, realm in enumerate("abc", 1):
            self.story.call(number, number * 1.0, number + 0.1, realm=realm)
            self.story.refuse(self.story.ring(number, 1, number + 10.0), number, 1, number + 10.1, number + 10.2)
        self.assertEqual(["c2"], self.found("stranger"))

    def test_a_phone_rings_for_one_call_of_all_domains_at_a_time(self):
        self.story.call(1, 1.0, 1.1, realm="a")
        self.story.call(2, 1.5, 1.6, realm="b")
        ring = self.story.ring(1, 1, 2.0)
        self.story.pick_up(ring, 1, 1, 2.5)
        self.story.ring(2, 1, 10.0)
        self.assertEqual(["c2"], self.found("double-booked"))

    def test_a_lent_agent_takes_who_came_first(self):
        for number in (1, 2):
            self.story.call(number, number * 1.0, number + 0.1, realm="a")
        self.story.ring(2, 1, 5.0)
        self.story.ring(1, 0, 8.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_among_the_calls_of_the_lender_too(self):
        self.story.call(1, 1.0, 1.1, realm="a")
        self.story.call(2, 2.0, 2.1, realm="b")
        self.story.ring(2, 1, 5.0)
        self.story.register(0, 5.5, realm="a")
        self.story.ring(1, 0, 8.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_a_guest_passes_nobody_who_came_before(self):
        self.story.call(1, 1.0, 1.1, realm="b")
        self.story.call(2, 2.0, 2.1, realm="a")
        self.story.ring(2, 1, 5.0)
        self.story.register(1, 5.5, realm="b")
        self.story.ring(1, 1, 8.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_who_may_not_be_served_by_an_agent_is_not_passed_over(self):
        self.story.register(1, 0.2, realm="c")
        self.story.call(1, 1.0, 1.1, realm="b")
        self.story.call(2, 2.0, 2.1, realm="a")
        self.story.ring(2, 1, 5.0)
        self.story.ring(1, 0, 8.0)
        self.assertEqual([], self.found("overtaken"))

    def passed_by_a_lent_agent(self, waiting_since, between=lambda: None):
        """A caller of a, offered to an agent of a later than a caller of b to one of b."""
        self.story.call(1, waiting_since, waiting_since + 0.1, realm="a")
        self.story.call(2, waiting_since + 0.2, waiting_since + 0.3, realm="b")
        between()
        self.story.ring(2, 1, 5.0)
        self.story.register(0, 5.5, realm="a")
        self.story.ring(1, 0, 8.0)
        return self.found("overtaken")

    def test_a_domain_need_not_know_at_once_who_waits_in_another_one(self):
        self.assertEqual([], self.passed_by_a_lent_agent(4.2))

    def test_nor_just_after_a_silo_was_harmed(self):
        self.assertEqual([], self.passed_by_a_lent_agent(1.0, lambda: self.story.mark(2.0, "fault kill ")))

    def test_but_long_after_that_it_does(self):
        self.assertEqual(["c1"], self.passed_by_a_lent_agent(0.2, lambda: self.story.mark(0.6, "fault kill ")))

    def test_the_own_domain_knows_at_any_time(self):
        for number in (1, 2):
            self.story.call(number, 0.5 * number, 0.5 * number + 0.1, realm="a")
        self.story.mark(1.5, "fault kill ")
        self.story.ring(2, 0, 2.0)
        self.story.ring(1, 0, 8.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_a_call_that_came_back_keeps_its_place_in_the_line_of_the_lender(self):
        self.story.call(1, 1.0, 1.1, realm="a")
        self.story.call(2, 2.0, 2.1, realm="b")
        self.story.refuse(self.story.ring(1, 0, 2.5), 1, 0, 3.0, 3.01)
        self.story.ring(2, 1, 8.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_outcomes_are_counted_for_each_domain_and_say_whose_agent_the_caller_heard(self):
        self.story.call(1, 1.0, 1.1, realm="a")
        self.story.cancel(1, 3.0)
        self.story.call(2, 2.0, 2.1, realm="b")
        book = self.story.verdict(60.0)
        self.assertEqual(({"abandoned": 1}, {"lost": 1}, {}), tuple(book.counts(realm) for realm in "abc"))
        self.assertEqual({"a": {"abandoned": 1, "served_at_home": 0}, "b": {"lost": 1, "served_at_home": 0}}, domains.figures(book, {"a": ["b"], "b": ["a"]})["domains"])


class ConfigurationTest(unittest.TestCase):
    def test_one_domain_lends_to_nobody(self):
        (alone,) = domains.make(1, 5)
        self.assertNotIn("borrow", alone.configuration(3, 3))
        self.assertEqual({}, domains.lenders_of(1))

    def test_each_domain_asks_up_to_four_others_who_let_it(self):
        for count in range(2, 8):
            made = domains.make(count, 200)
            self.assertEqual(200, sum(domain.agents for domain in made))
            for domain in made:
                self.assertEqual(min(count - 1, 4), len(set(domain.lenders) - {domain.name}))
                for other in made:
                    guests = other.configuration(3, 3).partition("guests: [")[2].partition("]")[0].split(", ")
                    self.assertEqual(other.name in domain.lenders, domain.name in guests)

    def test_idle_agents_are_configured_beside_those_with_phones_and_else_nobody(self):
        self.assertNotIn("idle", domains.make(1, 5)[0].configuration(3, 3))
        for domain in domains.make(2, 5, 70):
            self.assertIn(f"""  - id: idle[1-70]
    password: "{{id}}-{domain.realm}"
queues:
""", domain.configuration(3, 3))
