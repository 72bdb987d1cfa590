//! Each fault is found, by the cases that are about it and by no other.

use std::collections::BTreeSet;

use store_conformance::{Case, Suite, cases};

use crate::broken::{Broken, Fault};

/// Makes a test of each fault and the cases that fail for it.
macro_rules! faults {
    ($($test:ident: $fault:ident => [$($case:ident),* $(,)?],)*) => {
        const FOUND_BY: &[&[&str]] = &[$(&[$(stringify!($case)),*]),*];

        $(
            #[tokio::test]
            async fn $test() {
                check(Fault::$fault, &[$(stringify!($case)),*]).await;
            }
        )*
    };
}

async fn check(fault: Fault, expected: &[&str]) {
    let report = Suite::new().run(async |_| Broken::new(fault)).await;
    let found: BTreeSet<_> = report.failed().into_iter().collect();
    let expected: BTreeSet<_> = expected.iter().copied().collect();
    let by_chance: Vec<_> = found.difference(&expected).collect();
    let missed: Vec<_> = expected.difference(&found).collect();
    assert!(
        !expected.is_empty() && found == expected,
        "{fault:?}: also {by_chance:?}, not {missed:?}\n{report}"
    );
}

#[test]
fn every_case_can_fail() {
    let can_fail: BTreeSet<_> = FOUND_BY.iter().copied().flatten().copied().collect();
    let cannot: Vec<_> = cases().map(Case::name).filter(|name| !can_fail.contains(name)).collect();
    assert_eq!(cannot, [""; 0], "no fault shows that these cases can fail");
}

faults! {
    after_counts_what_is_in_folders: AfterCountsWhatIsInFolders => [
        a_listing_goes_on_after_a_name, after_and_prefix_go_together, after_may_be_any_text,
        children_go_on_after_a_name, long_listings_are_complete,
    ],
    after_ignored: AfterIgnored => [
        a_listing_goes_on_after_a_name, after_and_prefix_go_together, after_may_be_any_text,
        children_go_on_after_a_name, long_listings_are_complete,
    ],
    after_includes_itself: AfterIncludesItself => [
        a_listing_goes_on_after_a_name, after_and_prefix_go_together, children_go_on_after_a_name,
        long_listings_are_complete,
    ],
    after_is_relative: AfterIsRelative => [after_and_prefix_go_together, children_go_on_after_a_name],
    after_must_be_a_key: AfterMustBeAKey => [after_may_be_any_text, children_go_on_after_a_name],
    answers_without_metadata: AnswersWithoutMetadata => [
        a_range_beyond_the_end_is_unsatisfiable, an_empty_object_has_no_ranges, every_answer_has_the_metadata,
    ],
    any_name_refused: AnyNameRefused => [every_name_is_written_when_asked_to, names_are_not_folded],
    bodies_leak: BodiesLeak => [a_body_can_be_dropped],
    body_of_the_moment: BodyOfTheMoment => [a_body_is_its_version],
    closed_range_ends_early: ClosedRangeEndsEarly => [a_closed_range_is_a_part, large_objects_stream],
    conditions_find_missing: ConditionsFindMissing => [conditions_do_not_find_what_is_missing],
    content_type_always_guessed: ContentTypeAlwaysGuessed => [
        a_given_content_type_wins, attributes_come_back, metadata_is_kept_or_refused,
    ],
    content_type_not_guessed: ContentTypeNotGuessed => [
        a_copy_may_replace_the_metadata, a_new_version_has_new_metadata, the_name_says_the_content_type,
    ],
    copy_checks_early: CopyChecksEarly => [one_of_many_copies_wins],
    copy_ignores_metadata: CopyIgnoresMetadata => [
        a_copy_may_replace_the_metadata, a_copy_onto_itself_may_replace_metadata,
    ],
    copy_ignores_target: CopyIgnoresTarget => [a_copy_error_names_its_key, a_copy_may_update],
    copy_ignores_version: CopyIgnoresVersion => [a_copy_error_names_its_key, a_copy_is_of_its_version],
    copy_loses_metadata: CopyLosesMetadata => [
        a_copy_keeps_the_metadata, a_copy_may_replace_the_metadata, a_copy_onto_itself_keeps_the_object,
        a_copy_onto_itself_may_replace_metadata,
    ],
    copy_moves: CopyMoves => [
        a_copy_has_a_tag_of_its_own, a_copy_has_the_bytes, a_copy_may_update, a_digest_is_kept,
        a_digest_is_right, every_name_is_written_when_asked_to, odd_names_come_back,
    ],
    copy_names_unchecked: CopyNamesUnchecked => [
        a_copy_error_names_its_key, only_portable_names_are_copied_to,
    ],
    copy_never_replaces: CopyNeverReplaces => [a_copy_may_overwrite, odd_names_come_back],
    copy_of_missing_is_empty: CopyOfMissingIsEmpty => [
        a_copy_error_names_its_key, a_missing_source_is_not_found,
    ],
    copy_onto_itself_empties: CopyOntoItselfEmpties => [
        a_copy_onto_itself_keeps_the_object, a_copy_onto_itself_may_replace_metadata,
    ],
    copy_overwrites: CopyOverwrites => [
        a_copy_creates_by_default, a_copy_error_names_its_key, one_of_many_copies_wins,
    ],
    create_checks_early: CreateChecksEarly => [one_of_many_creators_wins],
    create_replaces: CreateReplaces => [
        a_write_error_names_its_key, create_refuses_an_existing_object, one_of_many_creators_wins,
    ],
    dates_before_tags: DatesBeforeTags => [tags_go_before_dates],
    dates_in_nanoseconds: DatesInNanoseconds => [if_unmodified_since_compares_seconds],
    delete_by_text: DeleteByText => [
        a_delete_error_names_its_key, a_name_may_be_a_folder_too, delete_of_a_missing_version_is_refused,
        delete_of_another_version_is_refused, delete_touches_one_object, deleting_what_is_missing_is_fine,
    ],
    delete_does_nothing: DeleteDoesNothing => [
        a_delete_error_names_its_key, a_missing_source_is_not_found, a_name_is_never_lost_to_a_folder,
        a_name_may_be_a_folder_too, conditions_do_not_find_what_is_missing, create_follows_delete,
        deep_names_work, delete_of_a_missing_version_is_refused, delete_of_another_version_is_refused,
        delete_of_its_version_works, delete_removes_the_object, delete_touches_one_object,
        folders_end_with_their_last_object, odd_names_come_back, update_refuses_a_missing_object,
    ],
    delete_ignores_version: DeleteIgnoresVersion => [
        a_delete_error_names_its_key, delete_of_another_version_is_refused,
    ],
    delete_of_missing_fails: DeleteOfMissingFails => [
        deleting_what_is_missing_is_fine, every_name_may_be_asked_for, longer_segments_fit_or_are_refused,
    ],
    delete_of_missing_version_failed: DeleteOfMissingVersionFailed => [
        delete_of_a_missing_version_is_refused,
    ],
    delete_of_missing_version_works: DeleteOfMissingVersionWorks => [delete_of_a_missing_version_is_refused],
    delete_of_version_unsupported: DeleteOfVersionUnsupported => [
        a_delete_error_names_its_key, conditional_delete_works_or_is_refused,
        delete_of_a_missing_version_is_refused, delete_of_another_version_is_refused,
        delete_of_its_version_works,
    ],
    deleted_names_taken: DeletedNamesTaken => [create_follows_delete],
    depth_limited: DepthLimited => [deep_names_work],
    digest_lost: DigestLost => [a_digest_is_kept],
    digest_wrong: DigestWrong => [a_digest_is_right],
    disposition_lost: DispositionLost => [attributes_come_back, metadata_is_kept_or_refused],
    drop_commits: DropCommits => [
        a_dropped_upload_keeps_the_old_object, a_dropped_upload_leaves_nothing, a_failed_body_leaves_nothing,
        an_unstarted_finish_leaves_nothing,
    ],
    drop_deletes: DropDeletes => [a_dropped_upload_keeps_the_old_object],
    empty_refused: EmptyRefused => [
        a_copy_may_be_empty_or_large, a_digest_is_kept, a_digest_is_right, an_announced_length_may_come_true,
        an_empty_object_has_no_ranges, empty_objects_exist, entries_tell_the_truth,
        other_bytes_have_another_tag, overwrite_replaces_an_object,
    ],
    errors_of_open: ErrorsOfOpen => [
        a_copy_error_names_its_key, a_delete_error_names_its_key, a_read_error_names_its_key,
        a_write_error_names_its_key,
    ],
    errors_without_key: ErrorsWithoutKey => [
        a_copy_error_names_its_key, a_delete_error_names_its_key, a_read_error_names_its_key,
        a_write_error_names_its_key,
    ],
    extensions_dropped: ExtensionsDropped => [
        a_copy_may_replace_the_metadata, a_read_error_names_its_key, a_write_error_names_its_key,
        delete_touches_one_object, names_do_not_touch, segments_of_255_bytes_fit,
    ],
    finish_at_once: FinishAtOnce => [an_unstarted_finish_leaves_nothing],
    finish_in_two_steps: FinishInTwoSteps => [an_interrupted_finish_is_all_or_nothing],
    folder_is_empty: FolderIsEmpty => [a_folder_is_no_object],
    folder_names_taken: FolderNamesTaken => [
        a_name_is_never_lost_to_a_folder, a_name_may_be_a_folder_too, folders_end_with_their_last_object,
    ],
    folders_missing: FoldersMissing => [
        a_name_may_be_a_folder_too, a_prefix_is_whole_segments, children_are_objects_and_folders,
        children_go_on_after_a_name, deep_names_work, folders_end_with_their_last_object,
        folders_order_with_their_slash, long_listings_are_complete,
    ],
    folders_repeated: FoldersRepeated => [
        a_name_may_be_a_folder_too, children_are_objects_and_folders, children_go_on_after_a_name,
        folders_order_with_their_slash, long_listings_are_complete,
    ],
    folders_stay: FoldersStay => [
        children_go_on_after_a_name, deep_names_work, folders_end_with_their_last_object,
    ],
    folders_without_slash_in_order: FoldersWithoutSlashInOrder => [folders_order_with_their_slash],
    gaps_forgiven: GapsForgiven => [a_dropped_write_spends_the_upload],
    head_has_a_body: HeadHasABody => [a_head_has_no_body],
    head_has_a_range: HeadHasARange => [a_head_has_no_body],
    if_match_fails: IfMatchFails => [
        an_entity_tag_survives_its_header, conditions_go_before_ranges, failed_goes_before_not_modified,
        if_match_goes_on_for_its_version, tags_go_before_dates,
    ],
    if_match_ignored: IfMatchIgnored => [
        an_entity_tag_survives_its_header, conditions_go_before_ranges, failed_goes_before_not_modified,
        if_match_stops_for_another_version, tags_go_before_dates,
    ],
    if_modified_since_ignored: IfModifiedSinceIgnored => [if_modified_since_compares_seconds],
    if_none_match_ignored: IfNoneMatchIgnored => [
        an_entity_tag_survives_its_header, conditions_go_before_ranges, failed_goes_before_not_modified,
        if_none_match_stops_for_its_version, tags_go_before_dates,
    ],
    if_none_match_matches: IfNoneMatchMatches => [
        conditions_go_before_ranges, failed_goes_before_not_modified,
        if_none_match_goes_on_for_another_version, tags_go_before_dates,
    ],
    if_range_ignored: IfRangeIgnored => [if_range_drops_the_range_of_another_version],
    if_range_never: IfRangeNever => [if_range_keeps_the_range_of_its_version],
    if_unmodified_since_ignored: IfUnmodifiedSinceIgnored => [
        failed_goes_before_not_modified, if_unmodified_since_compares_seconds,
    ],
    keys_over_1000_refused: KeysOver1000Refused => [the_longest_key_fits],
    length_never_right: LengthNeverRight => [
        an_announced_length_may_come_true, large_objects_stream, too_many_bytes_are_refused,
    ],
    length_unchecked: LengthUnchecked => [
        a_write_error_names_its_key, too_few_bytes_are_refused, too_many_bytes_are_refused,
    ],
    list_ends_at_a_thousand: ListEndsAtAThousand => [long_listings_are_complete],
    list_has_its_prefix: ListHasItsPrefix => [
        a_listing_has_every_object_once, a_name_may_be_a_folder_too, a_prefix_is_literal,
        a_prefix_is_whole_segments, after_and_prefix_go_together, an_empty_store_lists_nothing,
        children_are_objects_and_folders, children_go_on_after_a_name, entries_tell_the_truth,
        folders_end_with_their_last_object, folders_order_with_their_slash, long_listings_are_complete,
    ],
    list_in_folder_order: ListInFolderOrder => [
        a_listing_goes_on_after_a_name, after_may_be_any_text, folders_order_with_their_slash,
        names_order_by_bytes,
    ],
    list_in_utf_16_order: ListInUtf16Order => [unicode_orders_by_bytes],
    list_pages_by_number: ListPagesByNumber => [a_listing_bears_changes],
    list_repeats_the_first: ListRepeatsTheFirst => [
        a_listing_bears_changes, a_listing_can_be_dropped, a_listing_goes_on_after_a_name,
        a_listing_has_every_object_once, a_name_may_be_a_folder_too, a_prefix_is_whole_segments,
        after_and_prefix_go_together, after_may_be_any_text, children_are_objects_and_folders,
        children_go_on_after_a_name, delete_touches_one_object, every_name_is_written_when_asked_to,
        folders_end_with_their_last_object, folders_order_with_their_slash, long_listings_are_complete,
        names_are_not_folded, names_order_by_bytes, odd_names_come_back, unicode_orders_by_bytes,
    ],
    list_reversed: ListReversed => [
        a_listing_bears_changes, a_listing_can_be_dropped, a_listing_goes_on_after_a_name,
        a_listing_has_every_object_once, a_name_may_be_a_folder_too, a_prefix_is_whole_segments,
        after_and_prefix_go_together, after_may_be_any_text, children_are_objects_and_folders,
        children_go_on_after_a_name, delete_touches_one_object, folders_end_with_their_last_object,
        folders_order_with_their_slash, long_listings_are_complete, names_order_by_bytes, odd_names_come_back,
        unicode_orders_by_bytes,
    ],
    list_skips_the_third: ListSkipsTheThird => [
        a_listing_bears_changes, a_listing_can_be_dropped, a_listing_goes_on_after_a_name,
        a_listing_has_every_object_once, a_name_may_be_a_folder_too, after_and_prefix_go_together,
        after_may_be_any_text, children_are_objects_and_folders, children_go_on_after_a_name,
        delete_touches_one_object, every_name_is_written_when_asked_to, folders_order_with_their_slash,
        long_listings_are_complete, names_are_not_folded, names_order_by_bytes, odd_names_come_back,
        unicode_orders_by_bytes,
    ],
    listed_size_zero: ListedSizeZero => [entries_tell_the_truth],
    listed_tag_wrong: ListedTagWrong => [a_tag_stays_while_nothing_changes, entries_tell_the_truth],
    listed_time_old: ListedTimeOld => [entries_tell_the_truth, the_time_is_that_of_the_write],
    listings_leak: ListingsLeak => [a_listing_can_be_dropped],
    long_body_ends_early: LongBodyEndsEarly => [
        a_copy_may_be_empty_or_large, chunks_leave_no_trace, large_objects_stream, readers_see_whole_versions,
    ],
    long_body_is_wrong: LongBodyIsWrong => [
        a_body_is_its_version, a_copy_may_be_empty_or_large, chunks_leave_no_trace, large_objects_stream,
        readers_see_whole_versions,
    ],
    long_copies_cut: LongCopiesCut => [a_copy_may_be_empty_or_large, a_digest_is_right],
    long_objects_cut: LongObjectsCut => [
        a_body_is_its_version, a_copy_may_be_empty_or_large, a_digest_is_right, large_objects_stream,
    ],
    metadata_lost: MetadataLost => [
        a_given_content_type_wins, attributes_come_back, metadata_is_kept_or_refused,
        overwriters_leave_one_whole_object, user_metadata_comes_back, user_metadata_fits_to_the_limit,
    ],
    missing_is_empty: MissingIsEmpty => [
        a_copy_is_of_its_version, a_copy_may_update, a_dropped_upload_leaves_nothing,
        a_dropped_write_spends_the_upload, a_failed_body_leaves_nothing, a_folder_is_no_object,
        a_missing_object_is_not_found, a_missing_source_is_not_found, a_read_error_names_its_key,
        an_unstarted_finish_leaves_nothing, an_upload_is_invisible, conditions_do_not_find_what_is_missing,
        delete_of_its_version_works, delete_removes_the_object, every_name_may_be_asked_for,
        longer_segments_fit_or_are_refused, only_portable_names_are_copied_to,
        only_portable_names_are_written, too_few_bytes_are_refused, too_many_bytes_are_refused,
        update_refuses_a_missing_object,
    ],
    names_decoded: NamesDecoded => [odd_names_come_back],
    names_fold_case: NamesFoldCase => [
        a_listing_goes_on_after_a_name, folders_order_with_their_slash, names_are_not_folded,
        names_do_not_touch, names_order_by_bytes, odd_names_come_back, only_portable_names_are_copied_to,
        only_portable_names_are_written, unicode_orders_by_bytes,
    ],
    names_normalized: NamesNormalized => [
        names_are_not_folded, only_portable_names_are_copied_to, only_portable_names_are_written,
    ],
    names_trimmed: NamesTrimmed => [odd_names_come_back],
    names_unchecked: NamesUnchecked => [
        a_copy_error_names_its_key, a_write_error_names_its_key, only_portable_names_are_copied_to,
        only_portable_names_are_written,
    ],
    not_modified_first: NotModifiedFirst => [failed_goes_before_not_modified],
    old_metadata_kept: OldMetadataKept => [
        a_new_version_has_new_metadata, metadata_is_kept_or_refused, overwriters_leave_one_whole_object,
        user_metadata_fits_to_the_limit,
    ],
    open_range_ends_early: OpenRangeEndsEarly => [an_open_range_is_a_part],
    overwrite_keeps_the_old: OverwriteKeepsTheOld => [
        a_body_is_its_version, a_copy_is_of_its_version, a_copy_may_update, a_listing_has_every_object_once,
        a_new_version_has_new_metadata, an_announced_length_may_come_true,
        delete_of_another_version_is_refused, every_write_has_another_tag, if_match_stops_for_another_version,
        if_none_match_goes_on_for_another_version, if_range_drops_the_range_of_another_version,
        metadata_is_kept_or_refused, other_bytes_have_another_tag, overwrite_replaces_an_object,
        overwriters_leave_one_whole_object, readers_see_whole_versions, time_never_goes_back,
        update_refuses_another_version, user_metadata_fits_to_the_limit,
    ],
    parent_lost: ParentLost => [a_name_is_never_lost_to_a_folder, a_name_may_be_a_folder_too],
    prefix_is_a_pattern: PrefixIsAPattern => [a_prefix_is_literal],
    prefix_is_text: PrefixIsText => [a_prefix_is_literal, a_prefix_is_whole_segments],
    range_ignored: RangeIgnored => [
        a_body_can_be_dropped, a_body_is_its_version, a_closed_range_is_a_part,
        a_range_beyond_the_end_is_unsatisfiable, a_suffix_range_is_a_part, an_empty_object_has_no_ranges,
        an_open_range_is_a_part, conditions_go_before_ranges, if_range_keeps_the_range_of_its_version,
        large_objects_stream,
    ],
    ranges_first: RangesFirst => [conditions_go_before_ranges],
    reads_check_names: ReadsCheckNames => [
        every_name_is_written_when_asked_to, every_name_may_be_asked_for, names_are_not_folded,
        only_portable_names_are_copied_to, only_portable_names_are_written,
    ],
    segments_over_250_refused: SegmentsOver250Refused => [
        longer_segments_fit_or_are_refused, segments_of_255_bytes_fit,
    ],
    segments_over_255_refused: SegmentsOver255Refused => [longer_segments_fit_or_are_refused],
    single_bytes_lost: SingleBytesLost => [
        a_name_is_never_lost_to_a_folder, a_name_may_be_a_folder_too, chunks_leave_no_trace,
        folders_end_with_their_last_object, names_are_not_folded, odd_names_come_back,
        overwrite_replaces_an_object, too_many_bytes_are_refused,
    ],
    suffix_from_the_start: SuffixFromTheStart => [
        a_body_can_be_dropped, a_suffix_range_is_a_part, an_empty_object_has_no_ranges,
    ],
    tag_constant: TagConstant => [
        a_copy_has_a_tag_of_its_own, a_copy_is_of_its_version, a_copy_may_update,
        delete_of_another_version_is_refused, every_write_has_another_tag, if_match_stops_for_another_version,
        if_none_match_goes_on_for_another_version, if_range_drops_the_range_of_another_version,
        one_of_many_updates_wins, other_bytes_have_another_tag, update_refuses_another_version,
    ],
    tag_of_bytes: TagOfBytes => [a_copy_has_a_tag_of_its_own, every_write_has_another_tag],
    time_goes_back: TimeGoesBack => [time_never_goes_back],
    time_in_seconds: TimeInSeconds => [time_is_finer_than_a_second],
    time_of_yesterday: TimeOfYesterday => [the_time_is_that_of_the_write],
    unsatisfiable_is_whole: UnsatisfiableIsWhole => [
        a_range_beyond_the_end_is_unsatisfiable, an_empty_object_has_no_ranges, conditions_go_before_ranges,
        if_range_keeps_the_range_of_its_version,
    ],
    update_creates: UpdateCreates => [update_refuses_a_missing_object],
    update_fails: UpdateFails => [one_of_many_updates_wins, update_replaces_its_version],
    update_ignores_version: UpdateIgnoresVersion => [
        a_write_error_names_its_key, one_of_many_updates_wins, update_refuses_another_version,
    ],
    upload_visible: UploadVisible => [
        a_dropped_upload_leaves_nothing, a_failed_body_leaves_nothing, an_unstarted_finish_leaves_nothing,
        an_upload_is_invisible, only_portable_names_are_written, too_many_bytes_are_refused,
    ],
    user_metadata_cut: UserMetadataCut => [user_metadata_fits_to_the_limit],
    whole_is_a_part: WholeIsAPart => [
        a_get_returns_the_object, an_entity_tag_survives_its_header, failed_goes_before_not_modified,
        if_match_goes_on_for_its_version, if_modified_since_compares_seconds,
        if_none_match_goes_on_for_another_version, if_range_drops_the_range_of_another_version,
        if_range_keeps_the_range_of_its_version, if_unmodified_since_compares_seconds, tags_go_before_dates,
    ],
    written_size_zero: WrittenSizeZero => [
        a_copy_has_the_bytes, a_copy_is_of_its_version, a_copy_keeps_the_metadata,
        a_copy_may_be_empty_or_large, a_copy_may_overwrite, a_copy_may_replace_the_metadata,
        a_copy_may_update, a_copy_onto_itself_keeps_the_object, a_copy_onto_itself_may_replace_metadata,
        create_makes_an_object, large_objects_stream,
    ],
    written_tag_wrong: WrittenTagWrong => [
        a_copy_has_a_tag_of_its_own, a_copy_has_the_bytes, a_copy_is_of_its_version,
        a_copy_keeps_the_metadata, a_copy_may_be_empty_or_large, a_copy_may_overwrite,
        a_copy_may_replace_the_metadata, a_copy_may_update, a_copy_onto_itself_keeps_the_object,
        a_copy_onto_itself_may_replace_metadata, a_dropped_upload_keeps_the_old_object,
        a_tag_stays_while_nothing_changes, conditional_delete_works_or_is_refused,
        create_refuses_an_existing_object, delete_of_its_version_works, every_write_has_another_tag,
        one_of_many_creators_wins, one_of_many_updates_wins, other_bytes_have_another_tag,
        overwrite_makes_an_object, update_replaces_its_version,
    ],
}
