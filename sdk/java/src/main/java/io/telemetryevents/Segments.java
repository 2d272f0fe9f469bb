package io.telemetryevents;

import java.io.*;
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.nio.file.attribute.*;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.function.LongSupplier;

/** The folder of one emitter, and the segments in it (docs/record.md, section 8). */
final class Segments implements Sequence.Destination {
    private static final DateTimeFormatter START = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT);
    private static final long SEGMENT_BYTES = 8 << 20;
    private static final long SEGMENT_NANOS = 60_000_000_000L;
    private static final long RETRY_NANOS = 1_000_000_000L;
    // A segment that is kept beyond its size, as no other can be opened, is to be left again after so much.
    private static final long EXTENSION_BYTES = 64 << 10;
    // Another process may be about to ask whether this one lives, which takes the lock for a moment.
    private static final int LOCK_TRIES = 1000;

    final Path folder;
    private final long capacityBytes;
    private final boolean isToDeliver;
    private final LongSupplier clock;
    private final Deque<File> left = new ArrayDeque<>();
    private FileChannel lock;
    private File file;
    private OutputStream open;
    private int number;
    private long written;
    private long room;
    private long openedAt;
    private long failedAt;
    private IOException failure;

    /** What is to be delivered is deleted by delivery alone. The clock gives nanoseconds. */
    Segments(Path directory, String service, String emitter, long capacityBytes, boolean isToDeliver,
            LongSupplier clock) {
        String name = service.replaceAll("[^A-Za-z0-9_.-]", "_") + "-" + ProcessHandle.current().pid();
        folder = directory.resolve(name + "-" + START.format(ZonedDateTime.now(ZoneOffset.UTC)) + "-" + emitter);
        this.capacityBytes = capacityBytes;
        this.isToDeliver = isToDeliver;
        this.clock = clock;
    }

    @Override
    public void prepare() throws IOException {
        long now = clock.getAsLong();
        if (open != null && room > 0 && now - openedAt < SEGMENT_NANOS) { return; }
        if (failure != null && now - failedAt < RETRY_NANOS) { throw failure; }
        try {
            next();
        } catch (IOException fault) {
            boolean isFull = fault instanceof Sequence.Full;
            if (open == null || isFull && room <= 0) { throw failed(fault); }
            if (!isFull) { room = EXTENSION_BYTES; } // better a segment that is too long, or too old, than no record
            openedAt = now;
        }
    }

    @Override
    public void write(byte[] line) throws IOException {
        try {
            append(line);
        } catch (IOException fault) { // the segment may hold a part of the line by now
            leave();
            try {
                next();
                append(line);
            } catch (IOException again) {
                leave();
                throw failed(again);
            }
        }
    }

    private void append(byte[] line) throws IOException {
        open.write(line);
        written += line.length;
        room -= line.length;
    }

    private IOException failed(IOException fault) {
        failedAt = clock.getAsLong();
        failure = fault;
        return fault;
    }

    /** Leaves the open segment for a new one. Where that cannot be had the open one stays. */
    private void next() throws IOException {
        if (lock == null || !Files.isDirectory(folder)) { take(); }
        long limit = Math.min(SEGMENT_BYTES, capacityBytes / 8);
        if (isToDeliver) { left.removeIf(each -> !each.exists()); } // delivery deletes what it has sent
        long more = limit + (open == null ? 0 : written);
        // The last one stays, open or not: delivery leaves it alone, too.
        while (left.size() > (open == null ? 1 : 0)
                && left.stream().mapToLong(Segments::blocks).sum() + more > capacityBytes) {
            if (isToDeliver) { throw new Sequence.Full(); }
            Files.deleteIfExists(left.remove().toPath());
        }
        File next = folder.resolve(String.format(Locale.ROOT, "%08d.jsonl", ++number)).toFile();
        Files.createFile(next.toPath(), mode("rw-------"));
        OutputStream stream = new FileOutputStream(next, true); // no channel, which an interrupt would close
        leave();
        file = next;
        open = stream;
        written = 0;
        room = limit;
        openedAt = clock.getAsLong();
        failure = null;
    }

    private static long blocks(File each) { return (each.length() | 4095) + 1; }

    /** Appends nothing more to the open segment. One that holds no record is deleted. */
    private void leave() {
        if (open == null) { return; }
        try {
            open.close();
        } catch (IOException fault) {
            /* its lines are written */ }
        open = null;
        if (written > 0 || !file.delete()) { left.add(file); }
    }

    /** Makes the folder, and locks it as long as the process lives, by a record lock of POSIX. */
    private void take() throws IOException {
        Files.createDirectories(folder.getParent());
        if (!Files.isDirectory(folder)) { Files.createDirectory(folder, mode("rwx------")); }
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (isToDeliver) { FileChannel.open(folder.resolve("to-deliver"), options, mode("rw-------")).close(); }
        FileChannel channel = FileChannel.open(folder.resolve("lock"), options, mode("rw-------"));
        for (int tries = 1; channel.tryLock() == null; tries++) {
            if (tries < LOCK_TRIES) { Thread.onSpinWait(); continue; }
            channel.close();
            throw new IOException("the lock is held");
        }
        lock = channel;
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
    }
}
