#!/usr/bin/env python3
"""What the ledger says of records made by hand: it must see each fault, and must not call a fault what the record proves to be none."""

import tempfile
import unittest

import transactions
from domains_test import ConfigurationTest, DomainsTest  # run with these
from stories import OTHER, REPEATS_SECONDS, SERVER, Story


class LedgerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.story = Story(folder.name)

    def outcome(self, end, number=1):
        return self.story.verdict(end).outcome[f"caller-{number}"]

    def overtaken(self, end):
        return [text.partition(":")[0] for _, kind, text in self.story.verdict(end).violations if kind == "overtaken"]

    def test_a_caller_whose_repeats_all_fell_into_down_times_is_unreached(self):
        self.story.call(1, 10.1, offsets=REPEATS_SECONDS)
        self.story.down(10.0, 30.0)
        self.story.down(40.0, 45.0)
        self.assertEqual("unreached", self.outcome(60.0))

    def test_a_caller_who_was_read_and_not_answered_is_lost(self):
        self.story.call(1, 10.1, offsets=REPEATS_SECONDS)
        self.story.down(12.0, 60.0)
        self.story.call(2, 10.2, answered_at=10.4)  # came later, so the first one had been read
        self.assertEqual("lost", self.outcome(80.0))

    def test_a_caller_whom_the_server_was_killed_before_reading_is_unreached(self):
        self.story.call(2, 10.0, answered_at=10.4)
        self.story.call(1, 10.1, offsets=REPEATS_SECONDS)
        self.story.call(3, 10.2, offsets=(0.0, 52.0), answered_at=62.3)  # came later, and was not answered before the kill either
        self.story.down(12.0, 60.0)
        self.assertEqual("unreached", self.outcome(80.0))

    def test_a_server_that_is_up_and_answers_nobody_has_no_excuse(self):
        self.story.call(1, 10.1, offsets=REPEATS_SECONDS)
        self.story.down(10.1 + transactions.GIVE_UP_SECONDS, 60.0)
        self.assertEqual("lost", self.outcome(80.0))

    def test_a_repeat_just_before_the_caller_gave_up_need_not_be_answered(self):
        self.story.down(10.0, 41.0)
        self.story.call(1, 10.1, offsets=REPEATS_SECONDS)
        self.assertEqual("unreached", self.outcome(80.0))

    def answered_too_late(self, end):
        """The first response comes when the caller has given up, and an agent answers the call."""
        self.story.down(10.0, 41.0)
        self.story.call(1, 10.1, answered_at=43.0, offsets=REPEATS_SECONDS)
        self.story.pick_up(self.story.ring(1, 0, 44.0), 1, 0, 45.0)
        return self.story.verdict(end).by_kind()

    def test_an_agent_with_a_caller_who_had_given_up_is_let_go_when_the_missing_ack_tells(self):
        self.assertEqual({"bye-lost": 1}, self.answered_too_late(43.0 + transactions.GIVE_UP_SECONDS + 5.0))

    def test_before_the_missing_ack_tells_nobody_can_let_the_agent_go(self):
        self.assertEqual({}, self.answered_too_late(60.0))

    def test_who_came_later_and_is_offered_first_overtakes(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        self.story.ring(2, 0, 3.0)
        self.story.ring(1, 1, 4.0)
        self.assertEqual(["c1"], self.overtaken(10.0))

    def test_a_call_that_came_back_keeps_its_place(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.ring(2, 1, 5.0)
        self.assertEqual(["c1"], self.overtaken(10.0))

    def test_a_call_that_the_server_does_not_know_to_be_back_is_not_passed_over(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.down(3.02, 5.0)
        self.story.ring(2, 1, 5.2)  # to the other phone; the first one's refusal comes again only now
        self.story.refuse(ring, 1, 0, 5.3, ack_at=5.31)
        self.assertEqual([], self.overtaken(10.0))

    def test_behind_a_gateway_a_silo_that_takes_over_may_hear_of_a_return_after_its_first_decisions_and_must_know_it_then(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.mark(2.9, "fault kill")
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.ring(2, 1, 4.5)
        self.assertEqual([], self.overtaken(20.0))

    def test_who_answers_a_later_call_after_a_take_over_knows_of_the_return(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.mark(2.9, "fault kill")
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.call(3, 4.1, answered_at=4.2)
        self.story.ring(2, 1, 5.5)
        self.assertEqual(["c1"], self.overtaken(20.0))

    def test_long_after_a_take_over_a_return_is_known(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.mark(2.9, "fault kill")
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.ring(2, 1, 9.0)
        self.assertEqual(["c1"], self.overtaken(20.0))

    def test_cool_off_begins_when_the_server_learned_of_the_refusal(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.down(3.02, 6.0)
        self.story.refuse(ring, 1, 0, 6.3, ack_at=6.31)
        self.story.ring(2, 0, 9.0)  # the phone that refused: not for the same call before 9.3
        self.assertEqual([], self.overtaken(20.0))

    def test_after_the_cool_off_the_place_counts_again(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.call(2, 2.0, answered_at=2.1)
        ring = self.story.ring(1, 0, 2.5)
        self.story.refuse(ring, 1, 0, 3.0, ack_at=3.01)
        self.story.ring(2, 0, 8.0)
        self.assertEqual(["c1"], self.overtaken(20.0))

    def test_the_life_after_a_bye_answers_its_repeat_with_200(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.answer(1, 1.2)
        self.story.down(3.0, 4.0)
        self.story.bye(1, 2.99, answered_at=4.5, code=481)
        self.assertEqual({"bye-refused": 1}, self.story.verdict(20.0).by_kind())

    def test_two_lives_later_a_bye_may_be_unknown(self):
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.answer(1, 1.2)
        self.story.down(3.0, 4.0)
        self.story.down(6.0, 7.0)
        self.story.bye(1, 2.99, answered_at=7.5, code=481)
        self.assertEqual({}, self.story.verdict(20.0).by_kind())

    def test_both_sides_have_to_hang_up_only_while_nobody_hears_the_first(self):
        self.story.call(1, 1.0, answered_at=1.1)
        ring = self.story.ring(1, 0, 1.5)
        self.story.connect(ring, 1, 0, 1.6)
        self.story.down(1.95, 4.0)
        self.story.bye(1, 2.0, answered_at=4.5, code=200)
        self.story.hang_up(ring, 1, 0, 2.6, answered_at=4.6)
        self.assertNotIn("bye-lost", self.story.verdict(20.0).by_kind())

    def test_a_bye_that_was_heard_reaches_the_other_side(self):
        self.story.call(1, 1.0, answered_at=1.1)
        ring = self.story.ring(1, 0, 1.5)
        self.story.connect(ring, 1, 0, 1.6)
        self.story.bye(1, 2.0, answered_at=2.1, code=200)
        self.story.hang_up(ring, 1, 0, 2.6, answered_at=2.7)
        self.assertEqual(1, self.story.verdict(20.0).by_kind().get("bye-lost"))

    def test_a_phone_is_not_rung_again_within_the_cool_off(self):
        self.story.register(0, 0.5)
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.cancel_ring(self.story.ring(1, 0, 5.0), 1, 0, 8.0)
        self.story.refuse(self.story.ring(1, 0, 9.0), 1, 0, 9.1, ack_at=9.2)
        self.story.cancel(1, 10.0)
        self.assertEqual({"double-ring": 1}, self.story.verdict(100.0).by_kind())

    def test_a_phone_whose_registration_ran_out_while_it_rang_may_be_rung_again_at_once(self):
        self.story.register(0, 0.5)
        self.story.call(1, 1.0, answered_at=1.1)
        self.story.cancel_ring(self.story.ring(1, 0, 59.0), 1, 0, 60.52)
        self.story.register(0, 60.6)
        self.story.refuse(self.story.ring(1, 0, 61.0), 1, 0, 61.1, ack_at=61.2)
        self.story.cancel(1, 62.0)
        self.assertEqual({}, self.story.verdict(100.0).by_kind())


class ClusterTest(unittest.TestCase):
    """Two gateways: what is excused while one of them is away, and that nothing else is."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.story = Story(folder.name, (SERVER, OTHER))

    def found(self, kind, end=60.0):
        return [text.partition(":")[0].partition(" ")[0] for _, found, text in self.story.verdict(end).violations if found == kind]

    def test_who_was_in_before_another_called_the_other_gateway_is_served_first(self):
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.5, 1.6, server=OTHER)
        self.story.ring(2, 0, 2.0, server=OTHER)
        self.story.register(1, 2.5)
        self.story.ring(1, 1, 3.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_of_two_who_called_two_gateways_at_the_same_time_either_may_be_first(self):
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.05, 1.2, server=OTHER)
        self.story.ring(2, 0, 2.0, server=OTHER)
        self.story.ring(1, 1, 3.0)
        self.assertEqual([], self.found("overtaken"))

    def ring_twice(self, second_at):
        """One phone rings for long; another one of the same gateway, which was away until 5.0, is rung for the same call meanwhile and refuses at once. Then who came later is rung."""
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.5, 1.6)
        self.story.down(2.0, 5.0, server=OTHER)
        first = self.story.ring(1, 0, 5.3, server=OTHER)
        second = self.story.ring(1, 1, second_at, server=OTHER)
        self.story.refuse(second, 1, 1, second_at + 0.01, ack_at=second_at + 0.02, server=OTHER)
        self.story.ring(2, 1, second_at + 10.0, server=OTHER)
        self.story.refuse(first, 1, 0, second_at + 12.0, ack_at=second_at + 12.1, server=OTHER)
        return self.found("overtaken")

    def test_an_invite_that_waited_for_its_gateway_does_not_bring_back_a_call_that_rings_elsewhere(self):
        self.assertEqual([], self.ring_twice(5.6))

    def test_an_invite_long_after_the_return_of_its_gateway_does(self):
        self.assertEqual(["c1"], self.ring_twice(12.0))

    def pass_each_other(self, between, late=1.0, home=SERVER):
        """Who came first, to SERVER, is offered later than who came second, to the other one, by a phone that is behind `home`; meanwhile that happens."""
        self.story.register(0, 0.5, server=OTHER)
        self.story.register(1, 0.5, server=home)
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.5, 1.6, server=OTHER)
        self.story.ring(2, 0, 5.0, server=OTHER)
        between()
        self.story.ring(1, 1, 5.0 + late, server=home)
        return self.found("overtaken")

    def test_offers_of_two_gateways_may_pass_each_other_while_nothing_is_heard_of_the_one_that_is_late(self):
        self.assertEqual([], self.pass_each_other(lambda: self.story.call(3, 4.9, 5.1)))

    def test_a_gateway_that_has_answered_what_came_after_an_offer_has_sent_what_was_decided_before_it(self):
        self.assertEqual(["c1"], self.pass_each_other(lambda: self.story.call(3, 5.1, 5.2), late=0.3))

    def test_a_phone_that_was_registered_since_says_the_same_as_a_caller_who_was_answered(self):
        self.assertEqual(["c1"], self.pass_each_other(lambda: self.story.register(1, 5.1), late=0.3))

    def test_on_its_way_through_another_gateway_an_offer_may_be_late_as_long_as_that_one_answers_nobody(self):
        self.assertEqual([], self.pass_each_other(lambda: self.story.call(3, 5.1, 5.2), home=OTHER))

    def test_what_the_other_gateway_answered_before_the_first_one_had_sent_the_offer_says_nothing_of_it(self):
        self.assertEqual([], self.pass_each_other(lambda: (self.story.call(3, 5.1, 5.2), self.story.call(4, 5.15, 5.3, server=OTHER)), home=OTHER))

    def test_an_offer_has_come_through_when_the_other_gateway_has_answered_what_came_after_it(self):
        self.assertEqual(["c1"], self.pass_each_other(lambda: (self.story.call(3, 5.1, 5.2), self.story.call(4, 5.25, 5.3, server=OTHER)), home=OTHER))

    def test_a_refusal_of_a_gateway_that_waited_in_vain_proves_nothing(self):
        self.assertEqual([], self.pass_each_other(lambda: (self.story.call(3, 5.1), self.story.turn_away(3, 7.2)), late=3.0))

    def test_a_gateway_that_is_harmed_meanwhile_says_what_it_had_to_say_after_its_return(self):
        self.assertEqual([], self.pass_each_other(lambda: (self.story.down(5.0001, 6.0, SERVER), self.story.call(3, 6.1, 6.2)), late=3.0))

    def test_a_gateway_that_answers_nobody_for_long_is_no_excuse(self):
        self.assertEqual(["c1"], self.pass_each_other(lambda: None, late=9.0))

    def test_offers_that_go_the_same_way_never_pass_each_other(self):
        self.story.register(0, 0.5)
        self.story.register(1, 0.5)
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.5, 1.6)
        self.story.ring(2, 0, 5.0)
        self.story.answer(1, 5.0001)
        self.story.ring(1, 1, 5.0002)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_a_call_whose_gateway_is_away_is_passed_over_and_keeps_its_place(self):
        self.story.call(1, 1.0, 1.1)
        self.story.down(2.0, 8.0, SERVER)
        self.story.call(2, 3.0, 3.1, server=OTHER)
        self.story.ring(2, 0, 4.0, server=OTHER)
        self.assertEqual([], self.found("overtaken"))

    def test_once_it_is_back_nobody_passes_it_any_more(self):
        self.story.call(1, 1.0, 1.1)
        self.story.down(2.0, 8.0, SERVER)
        self.story.call(2, 3.0, 3.1, server=OTHER)
        self.story.ring(2, 0, 9.5, server=OTHER)
        self.story.call(3, 10.0, 10.1)
        self.story.ring(1, 1, 11.0)
        self.assertEqual(["c1"], self.found("overtaken"))

    def test_no_more_callers_are_passed_over_than_there_are_phones_behind_a_gateway_that_is_away(self):
        self.story.register(0, 0.5)
        self.story.register(1, 0.5, server=OTHER)
        self.story.down(3.0, 9.0, OTHER)
        for number in (1, 2, 3):
            self.story.call(number, number * 0.5 + 0.5, number * 0.5 + 0.6)
        self.story.ring(3, 0, 4.0)
        self.story.ring(1, 0, 20.0)
        self.story.ring(2, 0, 30.0)
        self.assertEqual(["c2"], self.found("overtaken"))

    def test_who_talks_is_not_rung_by_another_gateway_whatever_happened_to_the_one_of_the_call(self):
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.5, 1.6, server=OTHER)
        ring = self.story.ring(1, 0, 2.0)
        self.story.pick_up(ring, 1, 0, 2.5)
        self.story.down(3.0, 12.0, SERVER)
        self.story.ring(2, 0, 10.0, server=OTHER)
        self.assertEqual(["c2"], self.found("double-booked"))

    def test_a_phone_that_nobody_can_tell_to_stop_ringing_may_be_rung_by_another_gateway(self):
        self.story.call(1, 1.0, 1.1)
        self.story.call(2, 1.5, 1.6, server=OTHER)
        self.story.ring(1, 0, 2.0)
        self.story.down(3.0, 12.0, SERVER)
        self.story.ring(2, 0, 10.0, server=OTHER)
        self.assertEqual([], self.found("double-booked"))

    def rung_again_at_the_return_of_a_gateway(self, away_since):
        self.story.call(1, 1.0, 1.1)
        ring = self.story.ring(1, 0, 2.0)
        self.story.down(away_since, 8.8, SERVER)
        self.story.cancel_ring(ring, 1, 0, 8.9)
        self.story.pick_up(self.story.ring(1, 0, 9.0), 1, 0, 9.5)
        return self.found("double-ring")

    def test_what_a_gateway_that_was_away_is_told_late_may_have_been_decided_as_soon_as_it_was_away(self):
        self.assertEqual([], self.rung_again_at_the_return_of_a_gateway(5.9))

    def test_and_not_before(self):
        self.assertEqual(["c1"], self.rung_again_at_the_return_of_a_gateway(6.1))

    def test_a_gateway_that_was_not_harmed_has_no_excuse_for_silence(self):
        self.story.call(1, 10.1, offsets=REPEATS_SECONDS, server=OTHER)
        self.story.down(10.0, 60.0, SERVER)
        self.assertEqual(["c1"], self.found("lost", 70.0))

    def test_an_outage_of_the_domain_makes_the_cool_off_of_an_agent_longer_and_no_more_than_that(self):
        for start, harmed in ((1.0, True), (20.0, False)):
            number = 1 if harmed else 3
            self.story.call(number, start, start + 0.1)
            ring = self.story.ring(number, 0, start + 1.0)
            self.story.refuse(ring, number, 0, start + 1.2, start + 1.3)
            if harmed:
                self.story.mark(start + 2.0, "fault stop ")
            self.story.call(number + 1, start + 4.0, start + 4.1)
            self.story.ring(number + 1, 0, start + 5.5)
            self.story.ring(number, 0, start + 9.0)
        self.assertEqual(["c3"], self.found("overtaken"))

    def test_a_pause_above_the_limit_of_its_fault_is_told(self):
        self.story.mark(1.0, "fault kill ")
        self.story.call(1, 1.5, 2.1)
        self.story.mark(10.0, "fault stop ")
        self.story.call(2, 10.5, 13.4)
        self.assertEqual(["pauses after kill: 600 ms at the 99th of a hundred, 500 are allowed"], self.story.judged(60.0))

    def test_a_fault_of_a_gateway_is_judged_by_the_calls_of_the_others(self):
        self.story.mark(1.0, f"fault gateway-kill {SERVER[0]}")
        self.story.down(1.0, 4.0, SERVER)
        self.story.call(1, 1.5, 4.1, offsets=REPEATS_SECONDS[:4])
        self.story.call(2, 1.5, 2.2, server=OTHER)
        self.assertEqual(["pauses after gateway-kill: 700 ms at the 99th of a hundred, 500 are allowed"], self.story.judged(60.0))

    def test_503_is_for_the_time_without_a_database(self):
        self.story.mark(1.0, "fault postgres ")
        self.story.call(1, 1.5)
        self.story.turn_away(1, 3.6)
        self.story.mark(4.0, "over postgres")
        self.story.mark(20.0, "fault kill ")
        self.story.call(2, 20.5)
        self.story.turn_away(2, 20.7)
        self.assertEqual(["c2 was refused with 503 at 20.700 while the database was there"], self.story.judged(60.0))


if __name__ == "__main__":
    unittest.main()
