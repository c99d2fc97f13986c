"""How comparable systems fail, as their own issue trackers tell it, and the tests that keep this product from it.

Each failure is named F1 to F26, with what went wrong elsewhere, the tests that would notice it here, and what of it
waits for a later version with the reason.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which others fail; `tests` are node ids below tests/, `later` what is not built yet."""

    what: str
    tests: tuple[str, ...] = ()
    later: str = ""


FAILURES: dict[str, Failure] = {
    "F1": Failure(
        "the same overdue mail goes out twice",
        (
            "reports/test_outbox.py::test_a_key_is_queued_once",
            "reports/test_digest.py::test_running_twice_queues_nothing_more",
            "reports/test_outbox_jobs.py::test_a_slot_is_run_once",
            "reports/test_outbox_jobs.py::test_two_processes_that_see_the_same_dead_run_do_not_both_take_it",
            "flows/test_mail_kills.py::test_two_workers_at_once_send_each_mail_once",
            "flows/test_mail_kills.py::"
            "test_a_worker_killed_between_yes_and_mark_sends_a_second_copy_under_the_same_message_id",
            "operations/test_celery.py::test_no_task_may_run_as_long_as_the_broker_waits_for_its_end",
        ),
    ),
    "F2": Failure(
        "a batch that was half sent is sent again from the start",
        (
            "flows/test_mail_smtp.py::test_a_second_run_sends_nothing_again",
            "flows/test_mail_kills.py::test_a_worker_killed_before_the_server_said_yes_loses_nothing",
            "flows/test_celery_flow.py::test_a_worker_killed_while_it_sends_loses_nothing",
            "reports/test_outbox.py::test_a_claimed_message_is_nobody_else_s",
        ),
    ),
    "F3": Failure(
        "n recipients get n copies each; the chosen rhythm is ignored",
        (
            "reports/test_digest.py::test_a_leader_of_two_lists_gets_one_mail",
            "reports/test_digest_routing.py::test_a_person_has_one_key_for_a_day",
            "reports/test_digest_days.py::test_without_news_mail_goes_on_the_first_working_day_of_a_week_alone",
            "reports/test_digest.py::test_a_standing_red_light_is_news_once",
        ),
    ),
    "F4": Failure(
        "a due date is a day early or late through UTC",
        (
            "operations/test_office_time.py::test_today_is_the_office_s_day",
            "operations/test_office_time.py::test_what_is_due_on_the_day_becomes_late_with_the_office_s_midnight",
            "operations/test_office_time.py::test_a_date_reaches_database_and_change_log_as_it_was_typed",
            "operations/test_office_time.py::test_a_day_that_has_not_begun_in_the_office_is",
            "architecture/test_rules.py::test_only_the_clock_asks_what_day_it_is",
        ),
    ),
    "F5": Failure(
        "the scheduler counts in UTC; a weekly job runs a day early",
        (
            "operations/test_office_time.py::test_daily_jobs_start_by_the_office_s_clock",
            "operations/test_office_time.py::test_digests_of_the_day_are_due_at_half_past_eight_and_not_a_day_early",
            "operations/test_office_time.py::test_a_job_takes_its_business_date_as_an_argument",
            "operations/test_celery.py::test_the_schedule_is_in_the_time_of_the_office",
            "reports/test_outbox_tasks.py::test_slots_of_a_minute_are_in_the_time_of_the_office",
        ),
    ),
    "F6": Failure(
        "an alert although nothing is due, or after the work was done",
        (
            "reports/test_sweep.py::test_setting_an_actual_date_clears_the_alert_at_once",
            "core/test_schedule.py::test_lateness_is_counted_in_working_days_and_stops_when_done",
            "core/test_schedule.py::test_once_done_no_later_day_changes_the_state",
            "reports/test_alert_rules.py::test_a_reached_milestone_is_neither_overdue_nor_due_soon",
            "reports/test_sweep.py::test_a_month_counts_against_nobody_before_its_return_is_due",
        ),
    ),
    "F7": Failure(
        "reminders on weekends and holidays; make-up working days unknown",
        (
            "core/test_calendar.py::test_every_day_from_2023_to_2026_is_what_the_notices_say",
            "core/test_calendar.py::test_a_year_that_is_not_loaded_raises_and_is_named",
            "core/test_lights.py::test_on_the_rest_days_after_a_due_date_nobody_is_late_yet",
            "reports/test_digest_days.py::test_a_working_sunday_is_a_sending_day",
            "reports/test_digest_days.py::test_nothing_is_queued_on_a_rest_day",
        ),
    ),
    "F8": Failure(
        "an export that never ends, or is stuck in “queued” for hours",
        (
            "reports/test_archive.py::test_asking_queues_a_row_and_passes_it_on_once_it_is_committed",
            "reports/test_archive.py::test_what_lost_its_worker_is_queued_again_and_what_is_being_built_is_not",
            "reports/test_archive.py::test_a_fault_fails_the_row_with_a_sentence_and_is_not_hidden",
            "reports/test_archive.py::test_building_again_gives_the_same_bytes",
            "reports/test_outbox_tasks.py::test_without_a_broker_a_workbook_waits_for_the_scheduled_run",
        ),
    ),
    "F9": Failure(
        "a file that broke off is given out as whole",
        (
            "flows/test_archive_kills.py::"
            "test_a_killed_worker_leaves_no_half_workbook_and_the_next_one_makes_the_same_bytes",
            "reports/test_archive_commands.py::test_a_full_disk_is_a_refusal_of_the_command_too",
            "reports/test_archive.py::test_what_is_not_ready_cannot_be_taken",
            "reports/test_archive.py::test_altered_bytes_are_not_given_out",
        ),
    ),
    "F10": Failure(
        "the printed total is not the sum of the printed rows",
        (
            "reports/test_workbook_figures.py::test_printed_sums_are_the_sums_of_the_printed_rows",
            "reports/test_workbook_figures.py::test_control_totals_are_those_of_the_query",
            "reports/test_workbook_opened.py::test_every_check_formula_comes_out_at_zero",
            "reports/test_workbook_opened.py::test_an_altered_figure_shows_as_a_difference",
            "core/test_summary.py::test_totals_over_counties_equal_the_portfolio",
            "demonstration/test_totals.py::test_the_summary_workbook_prints_what_the_city_published",
        ),
    ),
    "F11": Failure(
        "a name that begins like a formula is run by the reader's spreadsheet",
        (
            "sheets/test_cells.py::test_what_looks_like_a_formula_is_a_text_cell",
            "sheets/test_sheet.py::test_a_header_that_looks_like_a_formula_is_quoted_text",
            "sheets/test_sheet.py::test_a_negative_amount_stays_a_number",
            "reports/test_workbook_figures.py::test_hostile_names_are_text_in_every_sheet",
            "reports/test_workbook_opened.py::test_a_hostile_name_is_still_text_after_opening",
        ),
    ),
    "F12": Failure(
        "two people edit at once and one of them loses it; one form forgot to check",
        (
            "architecture/test_every_address.py::test_no_form_writes_over_what_somebody_wrote_meanwhile",
            "projects/test_screens_milestone.py::test_a_stale_form_shows_both_values_and_writes_nothing",
            "projects/test_screens_milestone.py::test_a_form_without_its_version_is_stale",
            "projects/test_screens_returns.py::TestDesks::test_a_stale_return_shows_both_values",
            "projects/test_register_actions.py::test_a_stale_project_form_is_refused_with_both_values",
            "projects/test_returns.py::test_drafts_stay_out_of_the_change_log_and_a_stale_one_is_refused",
            "projects/test_return_import_commits.py::TestConflicts::test_both_values_are_shown_and_nothing_is_written",
            "projects/test_import_register.py::"
            "test_what_somebody_changed_since_the_export_is_a_conflict_only_where_the_file_changes_it_too",
        ),
    ),
    "F13": Failure(
        "an import is half applied; sending the file again doubles it",
        (
            "projects/test_returns.py::test_one_bad_return_keeps_the_whole_batch_out",
            "projects/test_change_log.py::test_a_batch_that_fails_writes_nothing",
            "flows/test_import_kills.py::test_nothing_of_a_killed_commit_is_there_and_all_of_it_after_the_next",
            "flows/test_return_import_kills.py::test_nothing_of_a_killed_commit_is_there_and_all_of_it_after_the_next",
            "projects/test_import_register.py::TestWriting::test_the_same_file_again_changes_nothing_and_says_so",
            "projects/test_import_register.py::TestWriting::test_all_or_nothing_unless_one_says_otherwise",
            "projects/test_return_import_commits.py::TestCommit::test_the_same_file_twice_changes_nothing_and_says_so",
        ),
    ),
    "F14": Failure(
        "the dry run says valid and the real one refuses",
        (
            "projects/test_import_register.py::TestWriting::"
            "test_what_was_shown_is_written_with_its_cells_in_the_change_log",
            "projects/test_import_register.py::TestWriting::"
            "test_what_changed_after_it_was_shown_is_shown_anew_and_not_written",
            "projects/test_import_pages.py::test_a_file_is_shown_as_a_difference_and_committed_as_shown",
            "projects/test_import_returns.py::test_a_dry_run_says_what_would_change_and_changes_nothing",
            "projects/test_import_returns.py::test_commit_writes_all_and_keeps_each_file",
        ),
    ),
    "F15": Failure(
        "a bad reference or a value that is there twice ends in a fault page",
        (
            "projects/test_register_actions.py::test_projects_come_with_their_packages_and_a_taken_code_is_refused",
            "projects/test_screens_returns.py::TestTyping::test_several_wrong_fields_are_listed_on_top_with_links",
            "web/test_shell.py::test_a_refusal_is_a_page_and_never_a_fault",
            "projects/test_import_recognition.py::TestRecognition::test_every_error_is_told_at_once_with_its_cell",
            "projects/test_import_register.py::TestMatching::"
            "test_the_same_project_twice_is_an_error_that_names_the_other_row",
            "projects/test_return_import.py::TestFaults::test_all_are_named_at_once",
            "flows/test_hostile_fields.py::test_no_form_is_at_fault_whatever_stands_in_its_fields",
        ),
    ),
    "F16": Failure(
        "a two-digit year becomes the year 20; nonsense passes as a date",
        (
            "projects/test_screens_milestone.py::test_a_two_digit_year_is_no_date",
            "projects/test_screens_milestone.py::test_a_text_that_is_no_date_is_refused_at_its_field",
            "core/test_periods.py::test_a_text_that_names_no_month_is_refused",
            "intake/test_dates.py::test_what_is_no_date_or_could_be_two_is_refused",
            "intake/test_dates.py::test_each_spelling_of_a_day_is_that_day",
            "projects/test_return_import.py::TestFaults::test_each_is_named_with_its_cell_and_what_would_be_right",
        ),
    ),
    "F17": Failure(
        "Chinese text is garbled in Excel",
        (
            "sheets/test_package.py::test_every_part_is_well_formed_and_declares_its_encoding",
            "sheets/test_cells.py::test_every_text_is_one_well_formed_cell_that_reads_back",
        ),
        later="nothing is written as CSV, and a register that comes as one is refused with the advice to save as .xlsx",
    ),
    "F18": Failure(
        "loading and saving drops drop-downs, or Excel “repairs” the file",
        (
            "reports/test_workbook_sheets.py::test_every_kind_keeps_within_the_limits_of_the_format",
            "reports/test_workbook_opened.py::test_every_kind_opens_and_prints",
            "reports/test_workbook_opened.py::test_charts_survive_opening",
            "projects/test_return_workbook.py::TestHelpInIt::test_dropdowns_read_the_one_lookup_sheet",
            "sheets/test_filling.py::test_a_message_that_is_too_long_for_the_programs_is_an_error",
            "projects/test_return_import.py::TestUnchanged::test_saved_by_another_program_there_is_nothing_to_change",
            "projects/test_markup.py::TestAnyFile::test_everything_else_is_as_it_was",
        ),
    ),
    "F19": Failure(
        "the importer walks a million empty rows",
        (
            "intake/test_fixture_workbooks.py::test_a_workbook_that_should_pass_is_read_as_its_json_says",
            "intake/test_reader.py::test_fifty_rows_above_a_million_empty_ones_are_fifty_rows",
        ),
    ),
    "F20": Failure(
        "a project that is renamed loses its history",
        (
            "projects/test_register_actions.py::test_a_renamed_project_keeps_its_code_its_series_and_its_former_name",
            "projects/test_screens_register.py::test_a_former_name_finds_the_project",
            "fixtures/test_heze_files.py::test_every_name_and_alias_leads_to_one_project",
            "demonstration/test_totals.py::test_two_projects_bear_their_new_names_and_are_found_by_the_old",
            "projects/test_import_register.py::TestMatching::test_by_national_code_and_then_it_is_a_renaming",
            "projects/test_import_register.py::TestMatching::test_a_near_match_is_offered_and_never_taken",
        ),
        later="two codes of one project cannot be merged; an import offers near names before it makes a second one",
    ),
    "F21": Failure(
        "an amount in the wrong unit, ten or ten thousand times too much",
        (
            "core/test_money.py::test_a_jump_by_a_unit_or_a_digit_is_noticed",
            "core/test_money.py::test_an_amount_is_read_exactly",
            "projects/test_returns.py::test_an_unlikely_figure_wants_a_reason_and_passes_with_one",
            "projects/test_screens_returns.py::TestReally::test_a_tenfold_month_asks_for_a_reason",
            "projects/test_screens_returns.py::TestReally::test_an_ordinary_month_is_not_asked",
        ),
    ),
    "F22": Failure(
        "withheld or missing figures are dropped from totals without a word",
        (
            "core/test_summary.py::test_missing_plans_and_withheld_figures_are_counted_apart",
            "projects/test_returns.py::test_totals_count_each_listed_project_once_and_say_how_many_have_no_plan",
            "reports/test_workbook_figures.py::test_a_project_without_a_plan_prints_dashes_and_is_counted",
            "reports/test_cockpit.py::test_projects_without_plan_and_without_return_are_counted_apart",
        ),
    ),
    "F23": Failure(
        "the wording of a state says “not met” before the due date",
        (
            "core/test_schedule.py::test_a_state_follows_from_its_dates_and_the_day_alone",
            "operations/test_office_time.py::test_its_page_says_so_at_the_same_minute",
            "projects/test_standings.py::test_a_date_that_passes_is_noticed_without_any_change_of_facts",
            "reports/test_alert_rules.py::test_a_milestone_is_never_due_soon_and_overdue_at_once",
        ),
    ),
    "F24": Failure(
        "cumulative figures go down and nobody says why",
        (
            "projects/test_screens_returns.py::TestReally::test_a_falling_cumulative_asks_for_a_reason",
            "projects/test_returns.py::test_a_correction_after_the_lock_wants_a_reason_and_the_city_office",
            "projects/test_returns.py::test_a_correction_after_the_lock_is_a_restatement_and_the_lock_keeps_what_was",
            "fixtures/test_demo_files.py::test_cumulatives_fall_only_with_a_reason",
        ),
    ),
    "F25": Failure(
        "only what is overdue is shown, which tells too late",
        (
            "reports/test_sweep.py::test_investment_behind_pace_keeps_plan_completed_and_pace",
            "reports/test_sweep.py::test_what_was_due_soon_gives_way_to_the_overdue_alert",
            "core/test_cutoffs.py::test_the_look_ahead_reaches_the_given_number_of_working_days",
            "reports/test_cockpit_duties.py::test_milestones_overdue_and_due_soon_are_owed_and_later_ones_are_not",
            "core/test_forecast.py::test_what_is_left_of_the_plan_comes_at_the_rate_of_the_last_three_months",
            "projects/test_forecasts.py::test_what_was_said_in_june_is_compared_with_december",
        ),
    ),
    "F26": Failure(
        "a deadline is moved just before it is missed",
        (
            "projects/test_screens_milestone.py::test_a_project_unit_is_not_offered_a_replan_and_cannot_smuggle_one_in",
            "projects/test_screens_milestone.py::test_a_replan_without_a_reason_is_refused_at_the_reason",
            "projects/test_screens_milestone.py::test_a_replan_with_a_reason_keeps_the_former_date",
            "reports/test_sweep.py::test_a_replanned_milestone_clears_its_alert_and_the_event_names_both_dates",
            "projects/test_replans.py::test_approval_is_needed_within_the_window_and_past_the_date",
            "projects/test_replans.py::test_without_approval_no_way_leads_to_another_date",
            "projects/test_replans.py::test_the_old_date_stands_for_alerts_until_the_new_one_is_approved",
        ),
    ),
}
